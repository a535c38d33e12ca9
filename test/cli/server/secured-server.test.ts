import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runBaton } from '../run-baton.ts';
import { startTlsServer, type TlsServer } from './tls-server.ts';

const ROOT = path.join(import.meta.dirname, '..', '..', '..');
const KEY = 'canary-api-key';

const openssl = execaSync('openssl', ['version'], { reject: false });

let server: TlsServer;
let home: string;

const settings = (): Record<string, string> => ({
  TEMPORAL_ADDRESS: server.address,
  TEMPORAL_API_KEY: KEY,
  TEMPORAL_TLS_SERVER_NAME: 'temporal.test',
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: path.join(server.folder, 'ca.pem'),
  TEMPORAL_TLS_CLIENT_CERT_PATH: path.join(server.folder, 'client.pem'),
  TEMPORAL_TLS_CLIENT_KEY_PATH: path.join(server.folder, 'client.key'),
});

const seen = { authorization: `Bearer ${KEY}`, client: 'baton', server: 'temporal.test' };

describe.skipIf(openssl.exitCode !== 0)(
  'a server with TLS, client certificates and API keys (openssl is needed)',
  { concurrent: true },
  () => {
    beforeAll(async () => {
      server = await startTlsServer();
      home = await mkdtemp(path.join(tmpdir(), 'baton-secured-'));
    });

    afterAll(async () => {
      await server?.close();
      await rm(home, { recursive: true, force: true });
    });

    test('is used by commands', async () => {
      const listed = await runBaton(['list', '--home', home], settings());
      expect(listed).toMatchObject({ exitCode: 0 });
      expect(server.calls).toContainEqual({ method: 'ListWorkflowExecutions', ...seen });
    });

    test('is used by the worker, whose log has no key', async () => {
      const polled = server.called('PollWorkflowTaskQueue');
      const env = { ...process.env, ...settings(), BATON_HOME: home };
      const worker = spawn(process.execPath, ['--import', 'tsx', 'src/worker.ts'], {
        cwd: ROOT,
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const log = text(worker.stderr);
      const ended = once(worker, 'exit').then(() => undefined);
      try {
        expect(await Promise.race([polled, ended])).toMatchObject(seen);
      } finally {
        worker.kill('SIGTERM');
      }
      expect(await log).not.toContain(KEY);
    });

    test('is not reached without the certificate of its authority, and the error has no key', async () => {
      const { TEMPORAL_TLS_SERVER_CA_CERT_PATH, ...rest } = settings();
      const refused = await runBaton(['list', '--home', home], { ...rest, BATON_DEBUG: '1' });
      expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(server.address) });
      expect(refused.stdout + refused.stderr).not.toContain(KEY);
    });
  },
);

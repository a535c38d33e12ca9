import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..');
let checkout: string;

/** A checkout without a CLI stage: its tsx is a stand-in that takes the place of the real loader. */
beforeEach(async () => {
  checkout = await mkdtemp(path.join(tmpdir(), 'baton-bootstrap-'));
  await cp(path.join(root, 'tools'), path.join(checkout, 'tools'), { recursive: true });
  await writeFile(path.join(checkout, 'tools', 'temporal-cli.mjs'), cliStage);
  const files = { 'node_modules/tsx': { version: '1.0.0' } };
  await writeFile(
    path.join(checkout, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, ...files } }),
  );
  await mkdir(path.join(checkout, 'bin'));
  await writeFile(path.join(checkout, 'bin', 'npm'), npm, { mode: 0o755 });
});

afterEach(async () => {
  await rm(checkout, { recursive: true, force: true });
});

/** Notes each call, and installs what stands for tsx; slow enough for another bootstrap to come in between. */
const npm = `#!/bin/sh
echo "$@" >> calls
sleep 0.3
mkdir -p node_modules/tsx
echo '{"name":"tsx","version":"1.0.0","main":"index.cjs"}' > node_modules/tsx/package.json
: > node_modules/tsx/index.cjs
`;

const cliStage = `
import { statSync, writeFileSync } from 'node:fs';
import { lookupSettings } from './lookup-settings.mjs';
const { mtimeMs, size } = statSync(process.execPath);
writeFileSync(process.argv[3], JSON.stringify({ path: process.execPath, mtimeMs, size, settings: lookupSettings() }));
process.stderr.write('looked for the CLI\\n');
`;

async function bootstrap(more: Record<string, string> = {}) {
  const env = {
    TEMPORAL_ADDRESS: '',
    ...more,
    PATH: `${path.join(checkout, 'bin')}${path.delimiter}${process.env.PATH}`,
  };
  return await execa(process.execPath, ['tools/bootstrap.mjs'], { cwd: checkout, env, reject: false });
}

async function npmCalls(): Promise<number> {
  const calls = await readFile(path.join(checkout, 'calls'), 'utf8').catch(() => '');
  return calls.split('\n').length - 1;
}

test('installs once, also for two at the same time, and later does nothing', async () => {
  const [one, two] = await Promise.all([bootstrap(), bootstrap()]);
  expect([one.exitCode, two.exitCode]).toEqual([0, 0]);
  expect(await npmCalls()).toBe(1);
  expect(`${one.stderr}${two.stderr}`.match(/looked for the CLI/g)).toHaveLength(1);
  const third = await bootstrap();
  expect(third).toMatchObject({ exitCode: 0, stderr: '', stdout: '' });
  expect(await npmCalls()).toBe(1);
});

test('installs again after the lockfile changed, unless npm has installed that already', async () => {
  await bootstrap();
  const packages = { 'node_modules/tsx': { version: '1.0.0' }, 'node_modules/new': { version: '2.0.0' } };
  await writeFile(
    path.join(checkout, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, ...packages } }),
  );
  await bootstrap();
  expect(await npmCalls()).toBe(2);
  const newer = { ...packages, 'node_modules/new': { version: '2.0.1' } };
  await writeFile(
    path.join(checkout, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, ...newer } }),
  );
  await writeFile(
    path.join(checkout, 'node_modules', '.package-lock.json'),
    JSON.stringify({ packages: newer }),
  );
  await bootstrap();
  expect(await npmCalls()).toBe(2);
});

test("with a server of the user's own no CLI is looked for", async () => {
  const ready = await bootstrap({ TEMPORAL_ADDRESS: 'temporal.example:7233' });
  expect(ready.exitCode).toBe(0);
  expect(ready.stderr).not.toContain('looked for the CLI');
});

test('a failing npm ends it with what to do, and nothing is taken for installed', async () => {
  await writeFile(
    path.join(checkout, 'bin', 'npm'),
    '#!/bin/sh\necho no route to the registry >&2; exit 1\n',
  );
  const failed = await bootstrap();
  expect(failed.exitCode).toBe(2);
  expect(failed.stderr).toContain('no route to the registry');
  expect(failed.stderr).toContain('npm ci ended with exit code 1');
  await writeFile(path.join(checkout, 'bin', 'npm'), npm);
  expect((await bootstrap()).exitCode).toBe(0);
});

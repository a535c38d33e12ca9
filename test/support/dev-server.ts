import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { type DevServer, startDevServer } from '../../src/dev-server/dev-server.ts';
import { resolveTemporalCli } from '../../src/dev-server/temporal-cli.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port` of the one Temporal server of this test run: `inject('temporalAddress')`. */
    readonly temporalAddress: string;
    /** The URL of its Web UI. */
    readonly temporalUiUrl: string;
    /** The file of its database. */
    readonly temporalDatabase: string;
    /** The Temporal CLI, for tests that start servers of their own or send signals by it. */
    readonly temporalCli: string;
  }
}

let directory: string | undefined;
let server: DevServer | undefined;

/** One Temporal dev server for the whole run, in a temporary directory, on free ports. */
export async function setup(project: TestProject): Promise<void> {
  directory = await mkdtemp(path.join(tmpdir(), 'baton-test-server-'));
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const { path: executable } = await resolveTemporalCli({ progress });
  const dbFilename = path.join(directory, 'temporal.db');
  server = await startDevServer({ dbFilename, port: 0, uiPort: 0, executable, progress });
  project.provide('temporalAddress', server.address);
  project.provide('temporalUiUrl', server.uiUrl);
  project.provide('temporalDatabase', dbFilename);
  project.provide('temporalCli', executable);
}

export async function teardown(): Promise<void> {
  await server?.stop();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
}

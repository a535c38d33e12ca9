import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { TestProject } from 'vitest/node';
import { installGlobally } from '../support/installed-release.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The command, packed and installed as users do; its home, in which a server and a worker run; what that took. */
    readonly baton: {
      readonly command: string;
      readonly home: string;
      readonly installMs: number;
      readonly devMs: number;
    };
  }
}

/** Of the caller's environment, what a user has: nothing that Baton reads, but where the Temporal CLI is kept. */
export const userEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        (['BATON_CACHE', 'BATON_TEMPORAL_CLI'].includes(entry[0]) ||
          !/^(TEMPORAL_|BATON_|NO_COLOR|FORCE_COLOR|VITEST|NODE_ENV|npm_(?!config_))/.test(entry[0])),
    ),
  );

let stop: (() => Promise<void>) | undefined;

/** Installs Baton from its package, and starts `baton dev`: one for the whole run. */
export async function setup(project: TestProject): Promise<void> {
  const installing = performance.now();
  const command = await installGlobally('7.5.0');
  const installMs = performance.now() - installing;
  const home = path.join(await mkdtemp(path.join(tmpdir(), 'bh-')), 'home');
  const starting = performance.now();
  const dev = execa(command, ['dev', '--home', home], {
    env: userEnvironment(),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    buffer: false,
    forceKillAfterDelay: 60_000,
  });
  stop = async () => {
    dev.kill('SIGINT');
    await dev;
  };
  await new Promise<void>((resolve, reject) => {
    let said = '';
    dev.stderr.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes('Ready.')) resolve();
    });
    void dev.then(() => reject(new Error(`baton dev ended: ${said}`)));
  });
  project.provide('baton', { command, home, installMs, devMs: performance.now() - starting });
}

export const teardown = async (): Promise<void> => stop?.();

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import type { Environment } from './cache-directory.ts';

/** `temporal --version` answers in 50 ms; a candidate that hangs must not hang Baton. */
const versionTimeout = 10_000;

/** Every executable of that name on PATH, in PATH's order. */
export async function candidatesOnPath(name: string, env: Environment): Promise<string[]> {
  const found: string[] = [];
  for (const directory of (env.PATH ?? '').split(path.delimiter).filter(path.isAbsolute)) {
    const file = path.join(directory, name);
    if (await isExecutableFile(file)) found.push(file);
  }
  return found;
}

/**
 * What `<file> --version` prints.
 *
 * @throws if it does not run, or isn't a Temporal CLI.
 */
export async function readVersion(file: string): Promise<string> {
  const { stdout, exitCode, timedOut, code } = await execa(file, ['--version'], {
    reject: false,
    timeout: versionTimeout,
    stdin: 'ignore',
  });
  if (timedOut) throw new Error(`--version gave no answer in ${versionTimeout / 1000} s`);
  if (code !== undefined) throw new Error(`it could not be started (${code})`);
  if (exitCode !== 0) throw new Error(`--version ended with exit code ${exitCode}`);
  const line = stdout.split('\n', 1)[0]?.trim() ?? '';
  if (!line.startsWith('temporal version')) throw new Error(`--version printed "${line.slice(0, 80)}"`);
  return line;
}

async function isExecutableFile(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

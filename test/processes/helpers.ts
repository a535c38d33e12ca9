import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { LocalArtifactStore } from '../../src/artifacts/local-artifact-store.ts';
import { allowedEnvironment } from '../../src/processes/environment.ts';

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'baton-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const temporaryStore = () => new LocalArtifactStore(temporaryFolder(), 'home-1');

export const basicEnv = (set: Record<string, string> = {}) => allowedEnvironment({ set });

/** Resolves with the first value that isn't undefined; fails after ten seconds. */
export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let tries = 0; tries < 500; tries++) {
    const value = await look();
    if (value !== undefined) return value;
    await sleep(20);
  }
  throw new Error('it did not happen within ten seconds');
}

/** The pid that a script wrote to a file. */
export const pidIn = (file: string): Promise<number> =>
  eventually(async () => {
    const text = await readFile(file, 'utf8').catch(() => '');
    return text.endsWith('\n') ? Number(text) : undefined;
  });

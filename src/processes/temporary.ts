import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTimeOf } from './process-table.ts';

/** Short, since sockets may lie below. The process that made it, and when that began: a number is used again. */
const NAME = /^baton-of-(\d+)-([0-9a-f]{8})$/;

/** The system's folder for what is temporary, in which those of Baton are. */
export const temporaryRoot = (): string => tmpdir();

let own: Promise<string> | undefined;

/** This process's own folder in the system's temporary one; gone when the process ends. */
const ownRoot = (): Promise<string> => {
  own ??= startTimeOf(process.pid).then((startedAt) => {
    const root = path.join(temporaryRoot(), `baton-of-${process.pid}-${short(startedAt)}`);
    process.once('exit', () => rmSync(root, { recursive: true, force: true }));
    return root;
  });
  return own;
};

const short = (startedAt: string | undefined): string =>
  createHash('sha256')
    .update(startedAt ?? '')
    .digest('hex')
    .slice(0, 8);

/**
 * A new empty folder for what is of no use after this process. Whoever makes it removes it; if the process is killed, the
 * next worker of the same user does.
 *
 * @param purpose - begins its name: for people who look into the temporary folder
 */
export async function temporaryFolder(purpose: string): Promise<string> {
  const root = await ownRoot();
  // Also if a system's clean-up took it away meanwhile.
  mkdirSync(root, { recursive: true, mode: 0o700 });
  return mkdtemp(path.join(root, `${purpose}-`));
}

/**
 * Removes what processes of this user left that were killed. Nothing of one that runs.
 *
 * @param remove - removes a folder with all that is in it, be it read-only
 */
export async function clearTemporary(remove: (folder: string) => Promise<void>): Promise<void> {
  for (const name of await readdir(temporaryRoot()).catch(() => [])) {
    const [, pid, began] = NAME.exec(name) ?? [];
    if (pid === undefined) continue;
    const folder = path.join(temporaryRoot(), name);
    const { uid } = (await lstat(folder).catch(() => undefined)) ?? {};
    if (uid !== process.getuid?.() || short(await startTimeOf(Number(pid))) === began) continue;
    await remove(folder).catch(() => undefined);
  }
}

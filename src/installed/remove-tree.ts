import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, isMisread, unlessMissing } from './inside.ts';

/**
 * Removes a file, a link or a folder with all that is in it, without following links. Folders that may not be written
 * (Go's module cache has mode 0555) are made writable, and so is `at`'s own folder, which gets its mode back.
 */
export async function removeTree(at: string): Promise<void> {
  const stat = await lstat(at).catch(unlessMissing);
  if (stat === undefined) return isMisread(at) ? removeMisread(at) : undefined;
  await inWritable(path.dirname(at), async () => {
    try {
      await rm(at, { recursive: true });
    } catch (error) {
      if (!isDenied(error)) throw error;
      await makeWritable(at, stat.mode);
      await rm(at, { recursive: true, force: true, maxRetries: 3 });
    }
  });
}

const isDenied = (error: unknown): boolean => ['EACCES', 'EPERM'].includes(codeOf(error));

/** A name that isn't UTF-8 can't be given as text: the folder is listed once more, as bytes. */
async function removeMisread(at: string): Promise<void> {
  const folder = path.dirname(at);
  for (const name of await readdir(folder, { encoding: 'buffer' })) {
    if (name.toString() !== path.basename(at)) continue;
    const bytes = Buffer.concat([Buffer.from(`${folder}/`), name]);
    await inWritable(folder, () => rm(bytes, { recursive: true, force: true }));
  }
}

const OWNER = 0o700;

/** A removal that failed may still be at work on the rest, so what is found here may be gone by then. */
async function makeWritable(folder: string, mode: number): Promise<void> {
  if ((mode & OWNER) !== OWNER) await chmod(folder, (mode & 0o777) | OWNER).catch(unlessMissing);
  for (const entry of (await readdir(folder, { withFileTypes: true }).catch(unlessMissing)) ?? []) {
    if (!entry.isDirectory()) continue;
    const inside = path.join(folder, entry.name);
    const stat = await lstat(inside).catch(unlessMissing);
    if (stat !== undefined) await makeWritable(inside, stat.mode);
  }
}

/** Does something in a folder that may be read-only, and puts its mode back. */
export async function inWritable<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const mode = (await lstat(folder)).mode & 0o7777;
  if ((mode & 0o200) !== 0) return work();
  await chmod(folder, mode | OWNER);
  try {
    return await work();
  } finally {
    await chmod(folder, mode);
  }
}

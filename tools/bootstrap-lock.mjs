import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a waiter looks again; what it waits for takes at least some seconds. */
const pollMilliseconds = 250;

/**
 * Lets one bootstrap of this checkout work at a time. The lock is outside node_modules, which `npm ci` removes,
 * and outside the repository. One left by a dead process is removed.
 */
export async function withBootstrapLock(root, say, work) {
  const key = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const file = path.join(tmpdir(), `baton-bootstrap-${process.getuid?.() ?? 'user'}-${key}.lock`);
  let told = false;
  while (!(await tryCreate(file))) {
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder === 0) continue;
    if (!isAlive(holder)) {
      await removeStale(file, holder);
      continue;
    }
    if (!told) say(`waiting for process ${holder}, which sets up the same checkout.`);
    told = true;
    await sleep(pollMilliseconds);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** A hard link appears at once and with its content, so nobody reads an empty lock. */
async function tryCreate(file) {
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, String(process.pid));
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Moved aside first: a live one that slipped in between reading and moving is put back. */
async function removeStale(file, holder) {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if (Number(await readFile(aside, 'utf8')) !== holder) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Silence for longer looks like a hang to a person. */
const progressInterval = 15_000;

/** Whether node_modules is what the lockfile says: by a hash kept there, else by npm's own note. */
export async function dependenciesAreCurrent(root) {
  const kept = await readFile(stampFile(root), 'utf8').catch(() => undefined);
  const lock = await readFile(path.join(root, 'package-lock.json'));
  if (kept?.trim() === hash(lock)) return true;
  // After somebody's own `npm install` all is there, and only the hash is old.
  if (!(await installedAsLocked(root, lock))) return false;
  await stampDependencies(root);
  return true;
}

/** Notes that node_modules belongs to this lockfile. */
export async function stampDependencies(root) {
  const lock = await readFile(path.join(root, 'package-lock.json'));
  await writeFile(stampFile(root), `${hash(lock)}\n`);
}

/** `npm ci`, its output shown on standard error. */
export async function installDependencies(root, say) {
  const started = Date.now();
  say('installing the dependencies from the lockfile (npm ci).');
  const ticker = setInterval(() => {
    say(`npm ci: ${Math.round((Date.now() - started) / 1000)} s`);
  }, progressInterval);
  try {
    const command = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
    const npm = spawn('npm', command, {
      cwd: root,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    });
    const [code, signal] = await once(npm, 'exit');
    if (code !== 0) {
      throw new Error(
        `npm ci ended with ${signal ?? `exit code ${code}`} in ${root}. What it said stands above; ` +
          'with the network or the registry back, run the same command again.',
      );
    }
  } finally {
    clearInterval(ticker);
  }
  say(`dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** npm keeps what it installed in a lockfile of its own; optional packages of other systems are not in it. */
async function installedAsLocked(root, lock) {
  const note = await readFile(path.join(root, 'node_modules', '.package-lock.json')).catch(() => undefined);
  if (note === undefined) return false;
  const wanted = JSON.parse(lock).packages;
  const installed = JSON.parse(note).packages;
  const same = ([name, entry]) =>
    wanted[name]?.version === entry.version && wanted[name]?.integrity === entry.integrity;
  const present = ([name, entry]) =>
    name === '' || entry.optional || entry.peer || installed[name] !== undefined;
  return Object.entries(installed).every(same) && Object.entries(wanted).every(present);
}

function stampFile(root) {
  return path.join(root, 'node_modules', '.baton-lock');
}

function hash(content) {
  return createHash('sha256').update(content).digest('hex');
}

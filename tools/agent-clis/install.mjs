// Gets the agent CLIs that the tests of Baton's runners start into the cache, once for each lockfile, and prints the
// folder of their commands: node --import tsx tools/agent-clis/install.mjs
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheDirectory } from '../../src/dev-server/cache-directory.ts';
import { withProcessLock } from '../../src/homes/process-lock.ts';

/** A gigabyte, unpacked: minutes on a slow line, and then another try is better. */
const lockTimeout = 30 * 60_000;
/** Silence for longer looks like a hang to a person. */
const progressInterval = 15_000;

/**
 * What these packages' install scripts do: put the binary of this system where the command is. Run by name, since
 * npm may be told to run no install script, and then only they matter.
 */
const placing = ['@anthropic-ai/claude-code/install.cjs', 'opencode-ai/postinstall.mjs'];

const say = (line) => process.stderr.write(`agent CLIs: ${line}\n`);

/** Installs them if they aren't there; returns the folder of their commands. */
async function agentClis() {
  const lock = await readFile(path.join(import.meta.dirname, 'package-lock.json'));
  const key = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const home = path.join(cacheDirectory(), 'agent-clis');
  const target = path.join(home, key);
  const bin = path.join(target, 'node_modules', '.bin');
  if (await exists(target)) return bin;
  const get = async () => {
    if (await exists(target)) return;
    const work = await mkdtemp(path.join(home, '.new-'));
    try {
      await install(work);
      await rename(work, target);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  };
  const onWait = (holder) => say(`waiting for process ${holder}, which installs them.`);
  await mkdir(home, { recursive: true });
  await withProcessLock(path.join(home, 'locks'), get, { timeoutMs: lockTimeout, onWait });
  return bin;
}

async function install(directory) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  say('installing them from their lockfile (npm ci), once; about a gigabyte, unpacked.');
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(path.join(import.meta.dirname, file), path.join(directory, file));
  const ticker = setInterval(() => say(`npm ci: ${seconds()} s`), progressInterval);
  try {
    await run(directory, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    for (const script of placing)
      await run(directory, process.execPath, [path.join(directory, 'node_modules', script)]);
  } finally {
    clearInterval(ticker);
  }
  say(`installed in ${seconds()} s.`);
}

async function run(cwd, command, args) {
  const child = spawn(command, args, {
    cwd,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
  });
  const [code, signal] = await once(child, 'exit').catch((error) => {
    throw new Error(`${command} could not be started (${error.code}); it comes with Node.`);
  });
  if (code === 0) return;
  throw new Error(
    `${[command, ...args].join(' ')} ended with ${signal ?? `exit code ${code}`}; what it said stands above. ` +
      'With the network or the registry back, run the same command again.',
  );
}

async function exists(file) {
  return await access(file).then(
    () => true,
    () => false,
  );
}

try {
  process.stdout.write(`${await agentClis()}\n`);
} catch (error) {
  say(error.message);
  process.exitCode = 2;
}

// Run first by `npm run demo` and `npm test`: installs the dependencies and gets the Temporal CLI where they are
// missing. Later calls read two small files and do nothing. Plain Node without dependencies: it runs before them.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withBootstrapLock } from './bootstrap-lock.mjs';
import { dependenciesAreCurrent, installDependencies, stampDependencies } from './install-dependencies.mjs';
import { lookupSettings } from './lookup-settings.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const cliStamp = path.join(root, 'node_modules', '.baton-temporal');
const say = (line) => process.stderr.write(`baton set-up: ${line}\n`);

try {
  if (!(await isReady())) await withBootstrapLock(root, say, bootstrap);
} catch (error) {
  say(error.message);
  process.exitCode = 2;
}

async function bootstrap() {
  // Another bootstrap may have done it all while this one waited.
  if (!(await dependenciesAreCurrent(root))) {
    await installDependencies(root, say);
    await stampDependencies(root);
  }
  if (!(await cliIsCurrent())) getTemporalCli();
}

async function isReady() {
  return (await dependenciesAreCurrent(root)) && (await cliIsCurrent());
}

/** The resolver is Baton's own TypeScript, so it runs through tsx, which is a dependency. */
function getTemporalCli() {
  const script = path.join(root, 'tools', 'temporal-cli.mjs');
  const command = ['--import', 'tsx', script, '--stamp', cliStamp];
  const { status, signal } = spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    throw new Error(
      `The Temporal CLI could not be made ready (${signal ?? `exit code ${status}`}); see above.`,
    );
  }
}

/** Whether the CLI found last time is still the same file, and would be looked for in the same places. */
async function cliIsCurrent() {
  // With a server of the user's own no CLI is needed; who needs it nonetheless gets it then.
  if (process.env.TEMPORAL_ADDRESS) return true;
  try {
    const stamp = JSON.parse(await readFile(cliStamp, 'utf8'));
    const { mtimeMs, size } = statSync(stamp.path);
    return mtimeMs === stamp.mtimeMs && size === stamp.size && stamp.settings === lookupSettings();
  } catch {
    return false;
  }
}

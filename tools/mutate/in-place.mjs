// Writes one mutation after the other into the sources themselves, and runs the tests after each.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { applied, mutationsOf, sampleOf } from './mutations.mjs';
import { sayIfUnnoticed, sayScores } from './terminal.mjs';

/** Outlives the process: the text of the file that is mutated now, by its name. */
const kept = path.join('.stryker-tmp', 'in-place.json');

export async function mutateInPlace({ sources, tests, sample, seed }) {
  restore();
  const texts = new Map(sources.flatMap(filesOf).map((file) => [file, readFileSync(file, 'utf8')]));
  const all = [...texts].flatMap(([file, text]) => mutationsOf(text).map((each) => ({ ...each, file })));
  const drawn = sampleOf(all, sample, seed);
  process.stdout.write(
    `${drawn.length} of ${all.length} mutations, seed ${seed}, ${tests.length} test files\n`,
  );

  const cache = ownCache();
  const results = [];
  let running;
  process.on('exit', () => {
    endGroup(running);
    restore();
    rmSync(cache, { recursive: true, force: true });
    sayScores(results, drawn.length < all.length);
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => process.exit(128 + os.constants.signals[signal]));
  const run = (limit) => runTests(tests, { cache, limit, started: (child) => (running = child) });

  const begun = Date.now();
  if ((await run(undefined)) !== 'Survived')
    throw new Error('The tests fail without any mutation: nothing can be learned from them.');
  // A mutation may make the tests wait for their own limits, but not for ever.
  const limit = 2 * (Date.now() - begun) + 120_000;
  for (const [index, mutation] of drawn.entries()) {
    const { file } = mutation;
    keep(file, texts.get(file));
    writeFileSync(file, applied(texts.get(file), mutation));
    const status = await run(limit).finally(restore);
    results.push({ file, status });
    sayIfUnnoticed({ ...mutation, status });
    process.stdout.write(`${index + 1} of ${drawn.length} tried\n`);
  }
}

function filesOf(source) {
  if (!statSync(source).isDirectory()) return [source];
  const names = readdirSync(source, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(source, name))
    .sort();
}

/** Until the first test fails. Whatever ends vitest but success counts as noticed, as in a build that breaks. */
function runTests(tests, { cache, limit, started }) {
  const command = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'main', '--project', 'long'];
  const child = spawn(process.execPath, [...command, '--bail', '1', ...tests], {
    stdio: 'ignore',
    // A group of its own, so that servers and workers end with it.
    detached: true,
    env: { ...process.env, BATON_CACHE: cache },
  });
  started(child);
  return new Promise((resolve, reject) => {
    let late = false;
    const timer =
      limit === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            endGroup(child);
          }, limit);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      endGroup(child);
      resolve(late ? 'Timeout' : code === 0 ? 'Survived' : 'Killed');
    });
  });
}

function endGroup(child) {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Baton's cache but for its bundles of workflows: a hundred mutated ones are of no use to anybody. */
function ownCache() {
  const { BATON_CACHE, XDG_CACHE_HOME } = process.env;
  const shared = BATON_CACHE || path.join(XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'baton');
  const own = mkdtempSync(path.join(os.tmpdir(), 'baton-mutate-'));
  mkdirSync(shared, { recursive: true });
  for (const name of readdirSync(shared))
    if (name !== 'workflow-bundles') symlinkSync(path.join(shared, name), path.join(own, name));
  return own;
}

function keep(file, text) {
  mkdirSync(path.dirname(kept), { recursive: true });
  writeFileSync(kept, JSON.stringify({ file, text }));
}

/** Also what a run that was killed left mutated. */
function restore() {
  if (!existsSync(kept)) return;
  const { file, text } = JSON.parse(readFileSync(kept, 'utf8'));
  writeFileSync(file, text);
  rmSync(kept);
}

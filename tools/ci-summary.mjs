// Closes .ci/run: sums what it left in a directory, `<name>.check` (passed or failed), `<name>.tests` (vitest's exit
// code) and `<name>.tests.json` (its report). Lists what was skipped, and what failed: also what may not be skipped,
// and test files that no report knows. The last line is "N passed, N failed".
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** Test files that may skip cases, for what a machine may lack; nothing else is skipped. */
const MAY_SKIP = JSON.parse(readFileSync(new URL('may-skip.json', import.meta.url), 'utf8'));
/** Test files that are run by hand, each with the reason. */
const BY_HAND = JSON.parse(readFileSync(new URL('by-hand.json', import.meta.url), 'utf8'));
/** Of each message. */
const LINES = 12;
const directory = process.argv[2];
const names = readdirSync(directory).sort();
const failures = [];
/** Test files that a report knows. */
const ran = new Set();
/** Cases that were skipped, by file. */
const skipped = new Map();
let passed = 0;
let failed = 0;

for (const name of names.filter((one) => one.endsWith('.check'))) {
  if (read(name).trim() === 'passed') passed += 1;
  else fail(name.slice(0, -'.check'.length));
}
for (const name of names.filter((one) => one.endsWith('.tests'))) {
  const exitCode = Number(read(name));
  const before = failed;
  if (names.includes(`${name}.json`)) count(JSON.parse(read(`${name}.json`)));
  else fail(`${name}: no report was written`);
  // For example an unhandled error between tests, a crash, or a time limit: no test case tells of it.
  if (exitCode !== 0 && failed === before) fail(`${name}: ended with exit code ${exitCode}`);
}

for (const file of testFiles())
  if (!ran.has(file) && BY_HAND[file] === undefined) fail(`${file}: in no report, so none of its tests ran`);
for (const [file, cases] of skipped)
  if (MAY_SKIP[file] === undefined) for (const name of cases) fail(`${file}: ${name}\n    was skipped`);

if (skipped.size > 0) process.stdout.write(`\n== skipped\n${[...skipped].map(skips).join('\n')}\n`);
if (failures.length > 0) process.stdout.write(`\n== failed\n${failures.join('\n')}\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function count(report) {
  for (const file of report.testResults) {
    const where = path.relative(process.cwd(), file.name);
    ran.add(where);
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') fail(`${where}: ${test.fullName}${why(test.failureMessages)}`);
      // Skipped, to be done, or left out beside one that is focused.
      else skipped.set(where, [...(skipped.get(where) ?? []), test.fullName]);
    }
    const ownFailures = file.assertionResults.some((test) => test.status === 'failed');
    if (file.status === 'failed' && !ownFailures) fail(`${where}: could not be run${why([file.message])}`);
  }
}

function testFiles() {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => path.join('test', name));
}

function skips([file, cases]) {
  return `${file}: ${cases.length} (${MAY_SKIP[file] ?? 'it may not'})`;
}

/** The beginning of what was thrown: whoever reads only the end of a long log should see it there. */
function why(messages) {
  const lines = messages.flatMap((message) => (message ?? '').split('\n').slice(0, LINES));
  return lines.map((line) => `\n    ${line}`).join('');
}

function fail(what) {
  failed += 1;
  failures.push(what);
}

function read(name) {
  return readFileSync(path.join(directory, name), 'utf8');
}

// Closes .ci/run: sums what it left in a directory, `<name>.check` (passed or failed), `<name>.tests` (vitest's exit
// code) and `<name>.tests.json` (its report). Lists what failed; the last line is "N passed, N failed".
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** Of each message. */
const LINES = 12;
const directory = process.argv[2];
const names = readdirSync(directory).sort();
const failures = [];
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

if (failures.length > 0) process.stdout.write(`\n== failed\n${failures.join('\n')}\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function count(report) {
  for (const file of report.testResults) {
    const where = path.relative(process.cwd(), file.name);
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') fail(`${where}: ${test.fullName}${why(test.failureMessages)}`);
    }
    const ownFailures = file.assertionResults.some((test) => test.status === 'failed');
    if (file.status === 'failed' && !ownFailures) fail(`${where}: could not be run${why([file.message])}`);
  }
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

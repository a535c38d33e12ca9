// Every folder of src has tests in the folder of test that mirrors it.
import { existsSync, readdirSync } from 'node:fs';
import process from 'node:process';

const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
const untested = folders
  .map(({ name }) => name)
  .filter((name) => typescript(`src/${name}`).length > 0)
  .filter((name) => !typescript(`test/${name}`).some((file) => file.endsWith('.test.ts')));

for (const name of untested)
  process.stderr.write(`src/${name} has no tests: there is no test/${name}/**/*.test.ts\n`);
process.exitCode = untested.length === 0 ? 0 : 1;

function typescript(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
}

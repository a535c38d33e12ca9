// No file written by hand is longer than 400 lines: a longer one is several.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';

const limit = 400;
const handWritten = /[.](ts|mjs|cjs|js|sh|md|yaml|yml)$/;
const kept = /^(test\/histories|test\/docker\/compose-spec)\//;

const command = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
const files = execFileSync('git', command, { encoding: 'utf8' }).split('\0');
const long = [...new Set(files)]
  .filter((file) => handWritten.test(file) && !kept.test(file) && existsSync(file))
  .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
  .filter(({ lines }) => lines > limit);

for (const { file, lines } of long) process.stderr.write(`${file}: ${lines} lines, ${limit} at most\n`);
process.exitCode = long.length === 0 ? 0 : 1;

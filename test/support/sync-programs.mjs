// Runs programs one at a time for a larger process that waits: see sync-programs.ts.
import { spawnSync } from 'node:child_process';
import { openSync, readSync, writeSync } from 'node:fs';
import process from 'node:process';

const [, , requests, answers] = process.argv;
const from = openSync(requests, 'r');
const to = openSync(answers, 'w');
const buffer = Buffer.alloc(64 * 1024);
let text = Buffer.alloc(0);
for (;;) {
  const end = text.indexOf(0);
  if (end < 0) {
    const length = readSync(from, buffer);
    if (length === 0) process.exit();
    text = Buffer.concat([text, buffer.subarray(0, length)]);
    continue;
  }
  const { program, args, input, ...options } = JSON.parse(text.subarray(0, end).toString());
  text = text.subarray(end + 1);
  const ran = spawnSync(program, args, {
    ...options,
    maxBuffer: 1024 ** 3,
    ...(input === undefined
      ? { stdio: ['ignore', 'pipe', 'pipe'] }
      : { input: Buffer.from(input, 'base64') }),
  });
  answer({ status: ran.status, problem: ran.error?.message, stdout: ran.stdout, stderr: ran.stderr });
}

/** Strings as base64: output may be anything. */
function answer({ status, problem, stdout, stderr }) {
  const text = JSON.stringify({
    status,
    problem,
    stdout: stdout?.toString('base64') ?? '',
    stderr: stderr?.toString('base64') ?? '',
  });
  const bytes = Buffer.from(`${text}\0`);
  for (let at = 0; at < bytes.length; ) at += writeSync(to, bytes, at);
}

#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { emptyProgram, runProgram } from './cli/run-program.ts';
import type { StartWorker } from './cli/worker-process.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// An agent is started for every run: it must not wait for what only the other commands need.
if (process.argv[2] === 'play') {
  const program = emptyProgram(version);
  (await import('./cli/play.ts')).registerPlay(program);
  await runProgram(program, process.argv);
} else {
  const { makeProgram } = await import('./cli/program.ts');
  // The worker brings the SDK's native core, which most commands don't need.
  const startWorker: StartWorker = async (options) => (await import('./worker.ts')).startWorker(options);
  await runProgram(makeProgram(startWorker, version), process.argv);
}

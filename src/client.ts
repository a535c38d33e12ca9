#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { makeProgram, runProgram } from './cli/program.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// The worker brings the SDK's native core, which most commands don't need.
const program = makeProgram(async (options) => (await import('./worker.ts')).startWorker(options), version);
await runProgram(program, process.argv);

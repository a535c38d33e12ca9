#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { makeProgram } from './cli/program.ts';
import { runProgram } from './cli/run-program.ts';
import type { StartWorker } from './cli/server/worker-process.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// The worker brings the SDK's native core, which most commands don't need.
const startWorker: StartWorker = async (options) => (await import('./worker.ts')).startWorker(options);

await runProgram(await makeProgram(startWorker, version, process.argv[2]), process.argv);

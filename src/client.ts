#!/usr/bin/env node
import { makeProgram } from './cli/program.ts';
import { runProgram } from './cli/run-program.ts';
import type { StartWorker } from './cli/server/worker-process.ts';
import { VERSION } from './files/own-package.ts';

// The worker brings the SDK's native core, which most commands don't need.
const startWorker: StartWorker = async (options) => (await import('./worker.ts')).startWorker(options);

await runProgram(await makeProgram(startWorker, VERSION, process.argv[2]), process.argv);

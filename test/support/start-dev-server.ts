import { setTimeout as sleep } from 'node:timers/promises';
import { type DevServerOptions, startDevServer } from '../../src/dev-server/dev-server.ts';

/** A process to be killed: starts a dev server with the options of its argument, prints its id, and stays. */
const server = await startDevServer(JSON.parse(process.argv[2] ?? '') as DevServerOptions);
process.stdout.write(`${server.pid}\n`);
// Longer than any test waits, and still an end if nobody kills it.
await sleep(120_000);

import { startThrough } from '../../src/processes/current-starter.ts';
import { sharedLauncher } from '../../src/processes/launcher/launcher.ts';

// As in a worker: a test process is as large as one.
startThrough(sharedLauncher());

// Most tests' agents and checks leave marks outside of their trees, to be waited for.
process.env.BATON_WORKER_SANDBOX ??= 'off';

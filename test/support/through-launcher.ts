import { startThrough } from '../../src/processes/current-starter.ts';
import { sharedLauncher } from '../../src/processes/launcher/launcher.ts';

// As in a worker: a test process is as large as one.
startThrough(sharedLauncher());

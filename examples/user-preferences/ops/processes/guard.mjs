import { existsSync, readFileSync } from 'node:fs';

// Loaded before every process of the environments. It ends the process when its record is gone: the state
// directory was deleted, or who started it was killed before it could write down what it had started.
const record = process.env.ACCOUNTS_PROCESS_RECORD;
const EVERY_MS = 1_000;
const GRACE_MS = 3_000;
let missed = 0;

function recorded() {
  try {
    return existsSync(record) && JSON.parse(readFileSync(record, 'utf8')).pid === process.pid;
  } catch {
    return false;
  }
}

setInterval(() => {
  missed = recorded() ? 0 : missed + 1;
  if (missed < 3) return;
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), GRACE_MS).unref();
}, EVERY_MS).unref();

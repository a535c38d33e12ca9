import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildService } from '../../tools/build-service.mjs';
import { waitUntilListening } from '../../tools/listening.mjs';
import { closeConnections } from '../../tools/request.mjs';
import { insertUsers, makeUsers } from '../../tools/seed-users.mjs';

const root = join(import.meta.dirname, '../..');

/** Builds the service and runs it with a database of its own and `userCount` users, for as long as `work` takes. */
export async function withService(userCount, work) {
  const directory = await mkdtemp(join(tmpdir(), 'accounts-bench-'));
  const children = [];
  const start = (name, script, env) => {
    const log = join(directory, `${name}.log`);
    const output = openSync(log, 'a');
    const child = spawn(process.execPath, [script], {
      stdio: ['ignore', output, output],
      env: { PATH: process.env.PATH, ...env },
    });
    children.push(child);
    return waitUntilListening(name, log, () => child.exitCode === null && child.signalCode === null);
  };
  try {
    const database = await start('database', join(root, 'ops/processes/database.mjs'), {});
    const { file } = await buildService({ root, target: join(directory, 'build') });
    const { port } = await start('service', file, { DATABASE_URL: database.url });
    const users = makeUsers(userCount, () => ({ locale: 'en-GB' }));
    await insertUsers(database.url, users);
    return await work({ url: `http://127.0.0.1:${port}`, openapi: join(directory, 'build/openapi'), users });
  } finally {
    closeConnections();
    for (const child of children.reverse()) await ended(child);
    await rm(directory, { recursive: true, force: true });
  }
}

function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGKILL');
  });
}

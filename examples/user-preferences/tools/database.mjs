import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** More than all pools of all versions together; the server drops connections above it. */
const MAX_CONNECTIONS = 64;

/** Initialising a cluster takes seconds, loading an initialised one tenths: an empty one is kept for all checkouts. */
const CACHE = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
const SNAPSHOT = join(CACHE, 'accounts-example', 'pglite-0.5.14-one.tar');

// Optimising PostgreSQL's WebAssembly takes more than it saves in the seconds to minutes that such a database lives.
// V8 has no switch for one module: whatever else of the process is WebAssembly isn't optimised either.
setFlagsFromString('--liftoff-only');

// PostgreSQL's default of 128 MB of buffers takes a tenth of the processor time of its start, and 100 MB of memory.
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=4MB'];

/** Starts a PostgreSQL of its own in memory on a free loopback port, reachable by any PostgreSQL driver. */
export async function startDatabase() {
  const db = await createEmpty();
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: MAX_CONNECTIONS });
  await server.start();
  const port = Number(server.getServerConn().split(':').at(-1));
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      await db.close();
    },
  };
}

async function createEmpty() {
  try {
    return await PGlite.create({ startParams, loadDataDir: await openAsBlob(SNAPSHOT) });
  } catch {
    // None yet, or a damaged one: that costs time, nothing else.
  }
  const db = await PGlite.create({ startParams });
  await keepSnapshot(db).catch(() => undefined);
  return db;
}

async function keepSnapshot(db) {
  // Nobody creates databases here, and these two are three fifths of the files.
  await db.exec(`UPDATE pg_database SET datistemplate = false WHERE datistemplate`);
  for (const unused of ['template0', 'template1']) await db.exec(`DROP DATABASE ${unused}`);
  const dump = await db.dumpDataDir('none');
  const unfinished = `${SNAPSHOT}.${randomUUID()}`;
  await mkdir(dirname(SNAPSHOT), { recursive: true });
  await writeFile(unfinished, Buffer.from(await dump.arrayBuffer()));
  await rename(unfinished, SNAPSHOT);
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { usesLfs } from '../../domain/git-content.ts';
import { removeTree } from '../../installed/remove-tree.ts';
import { temporaryFolder } from '../../processes/temporary.ts';
import { inClone, type RepositoryContext, withHub } from '../context.ts';
import { hubName, outageAt } from '../outage.ts';
import { lfsOnHub, originRef } from '../store/refs.ts';
import { lfsStore } from './converting.ts';
import { fileOf, type LfsObject, missing, objectsOf } from './lfs-objects.ts';

// A hub that several homes share is any repository that git reaches, and most have no server of Git LFS. So the objects that
// a feature makes stand there as blobs, each under a ref of its own. What the origin has comes from there.

/** In one push or fetch: names of refs are arguments, and 1,000 of them are 100 KB. */
const AT_ONCE = 500;

/** What this process put on a hub, or found there: by hub and object. */
const there = new Set<string>();
const keyOf = ({ hub }: RepositoryContext, { id }: LfsObject): string => `${hub.url} ${id}`;

/** Brings the objects that commits have beyond the origin's branches to a shared hub, before a ref there names them. */
export const toHub = async (repo: RepositoryContext, commits: readonly string[]): Promise<void> => {
  if (!usesLfs(repo.content) || repo.hub.own || commits.length === 0) return;
  const store = lfsStore(repo);
  const made = await objectsOf(repo, [...commits, '--not', `--glob=${originRef('*')}`]);
  const unknown = made.filter((object) => !there.has(keyOf(repo, object)));
  const lacks = new Set((await missing(store, unknown)).map(({ id }) => id));
  // What isn't here another home made, or nobody.
  const sent = unknown.filter(({ id }) => !lacks.has(id));
  for (let from = 0; from < sent.length; from += AT_ONCE) {
    const some = sent.slice(from, from + AT_ONCE);
    const files = some.map((object) => `${fileOf(store, object)}\n`).join('');
    const written = await inClone(repo, ['hash-object', '-w', '--no-filters', '--stdin-paths'], {
      input: files,
    });
    const blobs = written.stdout.trim().split('\n');
    const rest = some.map(({ id }, at) => `+${blobs[at]}:${lfsOnHub(id)}`);
    // Contents that are packed already: looking for likenesses among them takes long and finds none.
    await withHub(repo, { command: 'push', options: ['--quiet'], rest });
    for (const object of some) there.add(keyOf(repo, object));
  }
};

/** Brings objects from a shared hub into the home, as far as it has them. */
export const fromHub = async (repo: RepositoryContext, wanted: readonly LfsObject[]): Promise<void> => {
  if (repo.hub.own || wanted.length === 0) return;
  const listed = await withHub(repo, { command: 'ls-remote', options: ['--refs'], rest: [lfsOnHub('*')] });
  const blobs = new Map(
    listed.stdout.split('\n').flatMap((line) => {
      const [blob = '', ref = ''] = line.split('\t');
      return ref === '' ? [] : [[ref, blob]];
    }),
  );
  const found = wanted.filter(({ id }) => blobs.has(lfsOnHub(id)));
  for (let from = 0; from < found.length; from += AT_ONCE)
    await fetchSome(repo, found.slice(from, from + AT_ONCE), blobs);
};

async function fetchSome(
  repo: RepositoryContext,
  some: readonly LfsObject[],
  blobs: ReadonlyMap<string, string>,
): Promise<void> {
  const rest = some.map(({ id }) => lfsOnHub(id));
  await withHub(repo, { command: 'fetch', options: ['--quiet', '--no-tags', '--no-write-fetch-head'], rest });
  const store = lfsStore(repo);
  const folder = path.join(store, `from-hub-${process.pid}`);
  await removeTree(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const own = await temporaryFolder('index');
  const env = { GIT_INDEX_FILE: path.join(own, 'index'), GIT_WORK_TREE: folder };
  try {
    const lines = some.map(({ id }) => `100644 ${blobs.get(lfsOnHub(id))}\t${id}\0`).join('');
    await inClone(repo, ['update-index', '-z', '--index-info'], { env, input: lines });
    await inClone(repo, ['checkout-index', '--all', '--force'], { env, cwd: folder });
    for (const object of some) await keep(repo, path.join(folder, object.id), object);
  } finally {
    await rm(own, { recursive: true, force: true });
    await removeTree(folder);
  }
}

/** Its name says what it has to be, whoever may write to the hub. */
async function keep(repo: RepositoryContext, file: string, object: LfsObject): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  if (hash.digest('hex') !== object.id)
    throw outageAt(
      hubName(repo),
      new Error(`${lfsOnHub(object.id)} isn't the object of Git LFS that it is called after`),
    );
  const target = fileOf(lfsStore(repo), object);
  await mkdir(path.dirname(target), { recursive: true });
  await rename(file, target);
  there.add(keyOf(repo, object));
}

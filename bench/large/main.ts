/** `npm run bench:large`: what trees of a large repository cost, with a short history and with a long one. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { openRepository } from '../../src/git/repository.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { removeTree } from '../../src/installed/remove-tree.ts';
import { timesOf } from '../overhead/proc-stat.ts';
import { generate, type Shape } from './generate.ts';

const USAGE = 'bench:large [--files 100000] [--history 0,1500 (MiB)] [--folder DIR] [--keep]';
/** What a packet changes. */
const CHANGED = 10;

type Measured = Readonly<Record<string, string>>;

/** Of this process and all that it started: what other work on the machine doesn't change. Elsewhere than on Linux: 0. */
const processorSeconds = async (): Promise<number> => {
  if (process.platform !== 'linux') return 0;
  const { user, system, endedChildren } = await timesOf(process.pid);
  return user + system + endedChildren;
};

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const mebibytes = async (...folders: string[]) => {
  const { stdout } = await execa('du', ['-smc', '--', ...folders]);
  return `${/(\d+)\s+total$/.exec(stdout.trim())?.[1]} MiB`;
};

async function measure(folder: string, shape: Shape): Promise<Measured> {
  const figures: Record<string, string> = {};
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const [since, used] = [performance.now(), await processorSeconds()];
    const result = await work();
    figures[what] =
      `${seconds(performance.now() - since)} (${((await processorSeconds()) - used).toFixed(1)} s)`;
    process.stderr.write(`${shape.historyMiB} MiB of history: ${what} ${figures[what]}\n`);
    return result;
  };
  const origin = path.join(folder, `${shape.historyMiB}.git`);
  await generate(origin, shape);
  figures['the repository'] = await mebibytes(origin);
  const home = homePaths(path.join(folder, `home-${shape.historyMiB}`));
  const repo = await openRepository({ screen: 'none', home, origin });
  const base = await timed('Baton’s clone, once a home', () => repo.resolveBase('main'));
  await repo.beginFeature({ feature: 'large', execution: 'bench', at: base });
  const tree = (name: string) => ({ feature: 'large', name, epoch: 1 });
  const agent = (name: string) => repo.prepareWorktree({ ...tree(name), start: base });
  const first = await timed('first tree of an agent', () => agent('one'));
  const next = await timed('next tree of an agent', () => agent('two'));
  const proof = tree('proof');
  await repo.prepareWorktree({ ...proof, start: base, own: true });
  await timed('first tree that proves', () => repo.checkoutClean(proof, base));
  for (let at = 0; at < CHANGED; at += 1)
    await writeFile(path.join(first.path, `src/part0/folder0/new${at}.ts`), `export const added = ${at};\n`);
  const commit = () => repo.commitAll({ worktree: tree('one'), message: 'Work' });
  const work = await timed(`commit of ${CHANGED} files`, commit);
  await timed('commit of nothing', commit);
  await timed('proof: the tree brought to the commit', () => repo.checkoutClean(proof, work.commit));
  await timed('proof: what checks changed', () => repo.drift(proof));
  await timed('merge in the object store', () => repo.combine({ base, ours: base, theirs: work.commit }));
  figures['a tree’s files'] = await mebibytes(path.join(next.path, 'src'));
  figures['a tree’s own repository'] = await mebibytes(path.join(next.path, '.git'));
  return figures;
}

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    history: { type: 'string', default: '0,1500' },
    folder: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${USAGE}\n`);
else {
  const folder = values.folder ?? (await mkdtemp(path.join(tmpdir(), 'baton-large-')));
  const files = Number(values.files);
  const histories = values.history.split(',').map(Number);
  try {
    const columns: Measured[] = [];
    for (const historyMiB of histories) columns.push(await measure(folder, { files, historyMiB }));
    const rows = Object.keys(columns[0] ?? {}).map(
      (what) => `| ${what} | ${columns.map((column) => column[what]).join(' | ')} |`,
    );
    const head = histories.map((history) => `${history} MiB of history`).join(' | ');
    process.stdout.write(
      `| ${files} files | ${head} |\n|---|${'---|'.repeat(histories.length)}\n${rows.join('\n')}\n`,
    );
  } finally {
    if (!values.keep) await removeTree(folder);
  }
}

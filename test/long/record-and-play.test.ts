import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { baton } from '../cli/in-process.ts';
import type { Engine } from '../support/engine.ts';
import {
  plainWork,
  tinyConfig,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  tinyWork,
  unattended,
} from '../support/tiny-repository.ts';
import { useEngine } from '../support/use-engine.ts';

const CLIENT = new URL('../../src/client.ts', import.meta.url).pathname;
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

const question = { text: 'Which colour?', options: ['red', 'blue'], recommended: 'red' };
const BINARY = Buffer.from([0, 1, 2, 255, 254, 10, 13, 0]);

describe('baton record and baton play', () => {
  let engine: Engine;
  useEngine((started) => {
    engine = started;
  });
  beforeAll(() => {
    for (const name of ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE']) vi.stubEnv(name, undefined);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  /** A copy of the repository whose crew is `baton play`. */
  async function rehearsalOf(repo: string, recordings: string) {
    const copy = path.join(await mkdtemp(path.join(tmpdir(), 'baton-rehearsal-')), 'repo');
    await execa('git', ['clone', '-q', '--single-branch', '-b', 'main', repo, copy]);
    const git = async (...args: string[]) => (await execa('git', args, { cwd: copy })).stdout;
    const player = {
      runner: 'command',
      command: [process.execPath, '--import', TSX, CLIENT, 'play', recordings],
    };
    const crew = { design: player, implement: player, test: player, deploy: player };
    await writeFile(path.join(copy, 'baton.yaml'), stringify({ ...tinyConfig, ...unattended, crew }));
    await git('-c', 'user.name=Test', '-c', 'user.email=test@localhost', 'commit', '-qam', 'Rehearse');
    return { repo: copy, git };
  }

  it('plays a recorded feature on a copy of its repository to the same tree, without its agents and at no cost', async () => {
    const [write, red, ...green] = tinyWork('one');
    const tiny = await tinyRepository(
      {
        design: [
          tinyDesign([
            tinyPacket('one'),
            tinyPacket('two', {
              boundaries: { inScope: ['src/two.*', 'src/old.bin', 'src/old.txt', 'tests/two-*.sh'] },
            }),
          ]),
        ],
        one: [
          [
            ...(write && red ? [write, red] : []),
            { usage: { inputTokens: 1000, costUsd: 0.5 } },
            { result: { status: 'blocked', question } },
          ],
          [{ append: { 'tests/one-is-there.sh': '# {answer}\n' } }, ...green],
        ],
        two: [
          plainWork(
            'two',
            { exec: "printf '\\000\\001\\002\\377\\376\\n\\r\\000' > src/two.bin" },
            { exec: "printf 'lat\\351n\\000' > src/old.bin", remove: ['src/old.txt'] },
          ),
        ],
      },
      unattended,
      { 'src/old.txt': 'to be deleted\n', 'src/old.bin': 'a text, so far\n' },
    );
    const feature = await engine.feature(tiny, { id: 'taped' });
    await feature.decide('question-one', 'blue');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed', figures: { costUsd: { known: 0.5 } } });

    const recordings = path.join(tiny.dir, 'recordings');
    const record = () => baton('record', 'taped', '--to', recordings, '--home', engine.home);
    const recorded = await record();
    expect(recorded).toMatchObject({ exitCode: 0 });
    const runs = ['design.1', 'one.1', 'one.2', 'two.1'];
    expect(recorded.stdout.split('\n').sort()).toEqual(
      runs.map((run) => path.join(recordings, `${run}.jsonl`)),
    );
    expect(recorded.stderr).toContain(
      `4 runs recorded. To play, in baton.yaml: crew: { implement: { runner: command, command: [baton, play, ${recordings}] } }`,
    );
    expect((await readdir(recordings)).filter((name) => name.startsWith('one.2'))).toEqual([
      'one.2.1.patch',
      'one.2.jsonl',
    ]);
    expect(await readFile(path.join(recordings, 'one.2.jsonl'), 'utf8')).toContain('"answer":"blue"');
    expect((await record()).stderr).toContain(`${recordings} isn't empty`);

    const asked = (await tiny.tasks('one')).length;
    const rehearsal = await rehearsalOf(tiny.repo, recordings);
    const again = await engine.feature(rehearsal, { id: 'played' });
    await again.decide('question-one', 'red');
    const played = await again.report();
    expect(played).toMatchObject({
      outcome: 'landed',
      figures: { costUsd: { known: 0, unknownRuns: 4 } },
      packets: report.packets.map(({ id, status, files, red: reds, green: greens, runs: count }) => ({
        id,
        status,
        files,
        red: reds,
        green: greens,
        runs: count,
      })),
    });
    expect(await tiny.tasks('one')).toHaveLength(asked);

    // But for the file that says who plays, it is the tree that landed before.
    const { git } = rehearsal;
    const shown = await execa('git', ['show', 'feature/played:src/two.bin'], {
      cwd: rehearsal.repo,
      encoding: 'buffer',
      stripFinalNewline: false,
    });
    expect(Buffer.from(shown.stdout)).toEqual(BINARY);
    await git('read-tree', 'feature/played');
    const rules = await git('rev-parse', 'main~1:baton.yaml');
    await git('update-index', '--cacheinfo', `100644,${rules},baton.yaml`);
    expect(await git('write-tree')).toBe(report.tree);
  });
});

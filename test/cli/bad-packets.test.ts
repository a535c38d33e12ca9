import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandError } from '../../src/cli/command-error.ts';
import { prepareStart } from '../../src/cli/start/start-feature.ts';
import { batonWith } from './in-process.ts';
import { PLAIN_CONFIG, packetText, repository } from './packet-folder.ts';

let folder: string;
let repo: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-bad-'));
  repo = await repository(path.join(folder, 'repo'), PLAIN_CONFIG, ['feature/there', 'team/x']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let made = 0;
const folderOf = async (files: Record<string, string>) => {
  made += 1;
  const dir = path.join(folder, `packets-${made}`);
  await mkdir(dir);
  for (const [id, text] of Object.entries(files)) await writeFile(path.join(dir, `${id}.md`), text);
  return dir;
};
const refusal = async (dir: string): Promise<string> => {
  const error = await prepareStart({ request: 'words', repo, packets: dir, yes: false }).catch((one) => one);
  expect(error).toBeInstanceOf(CommandError);
  return error.message.replaceAll(`${dir}/`, '');
};
const start = (dir: string) =>
  batonWith(
    { BATON_HOME: path.join(folder, 'home'), HOME: folder },
    ...['start', 'words', '--repo', repo, '--packets', dir],
  );
const a = packetText('a');
const section = (name: string) => new RegExp(`## ${name}\\n[^#]*`);

describe.concurrent('baton start refuses packets, with file and line, before anything begins:', () => {
  it.each([
    [
      'no acceptance criteria',
      { a: a.replace(section('Acceptance Criteria'), '') },
      'a.md:1: has no section `## Acceptance Criteria`',
    ],
    ['no boundaries', { a: a.replace(section('Boundaries'), '') }, 'a.md:1: has no section `## Boundaries`'],
    ['no objective', { a: a.replace('**Objective:** Build a.', '') }, 'a.md:1: has no objective'],
    [
      'a doubled section',
      { a: `${a}\n## Boundaries\n` },
      'a.md:17: a second section `Boundaries`: the first is in line 11',
    ],
    [
      'a doubled field',
      { a: a.replace('**Size:**', '**Size:** 1h\n**Size:**') },
      'a.md:7: a second `Size`: the first is in line 6',
    ],
    [
      'a boundary above the repository',
      { a: packetText('a', { scope: 'src/../../etc/' }) },
      'a.md:12: "src/../../etc/" leaves the repository',
    ],
    ['an absolute boundary', { a: packetText('a', { scope: '/etc/' }) }, 'a.md:12: "/etc/" is absolute'],
    [
      'a boundary in git’s own folder',
      { a: packetText('a', { scope: '.git/hooks/' }) },
      'a.md:12: ".git/hooks/" is git\'s own folder',
    ],
    [
      'a dependency on no packet',
      { a: packetText('a', { dependencies: '- hard: b' }) },
      'a.md:15: packet "a" depends on `b`, which is no packet',
    ],
    [
      'a dependency without a name',
      { a: packetText('a', { dependencies: '- hard:' }) },
      'a.md:15: is not a dependency',
    ],
    [
      'a dependency on itself',
      { a: packetText('a', { dependencies: '- hard: a' }) },
      'a.md:15: the dependencies form a cycle: a -> a',
    ],
    [
      'a cycle',
      {
        a: packetText('a', { dependencies: '- hard: b' }),
        b: packetText('b', { dependencies: '- soft: a' }),
      },
      'a.md:15: the dependencies form a cycle: a -> b -> a',
    ],
    [
      'a branch that is there',
      { a: packetText('a', { branch: 'feature/there' }) },
      'a.md:5: packet "a" has the branch "feature/there", which the repository has already',
    ],
    [
      'a branch below one that is there',
      { a: packetText('a', { branch: 'team/x/y' }) },
      'a.md:5: packet "a" has the branch "team/x/y", and git can\'t hold it beside the branch "team/x"',
    ],
    [
      'a branch above one that is there',
      { a: packetText('a', { branch: 'team' }) },
      'a.md:5: packet "a" has the branch "team", and git can\'t hold it beside',
    ],
    [
      'the base as a branch',
      { a: packetText('a', { branch: 'trunk' }) },
      'a.md:5: packet "a" has the branch "trunk", which is kept for the base',
    ],
    [
      'a branch twice',
      { a, b: packetText('b', { branch: 'feature/a' }) },
      'b.md:5: packets "a" and "b" share the branch "feature/a"',
    ],
  ])('%s', async (_what, files, expected) => {
    const said = await refusal(await folderOf(files as Record<string, string>));
    expect(said).toContain("can't be used:");
    expect(said).toContain(expected);
  });
});

describe('baton start refuses packets', () => {
  it('as the command, with exit code 2', async () => {
    const dir = await folderOf({ a: packetText('a', { branch: 'feature/there' }) });
    const { stdout, stderr, exitCode } = await start(dir);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain('a.md:5: packet "a" has the branch "feature/there"');
    expect(await readdir(folder)).not.toContain('home');
  });

  it('but only warns of scopes that overlap, naming both', async () => {
    const dir = await folderOf({
      a: packetText('a', { scope: 'src/' }),
      b: packetText('b', { scope: 'src/b.ts' }),
    });
    const { stderr } = await start(dir);
    expect(stderr.replaceAll(`${dir}/`, '')).toContain(
      'b.md:12: `src/b.ts` overlaps `src/` of a.md: packets "a" and "b" may change the same files at once',
    );
    expect(stderr).toContain('No Temporal server');
  });
});

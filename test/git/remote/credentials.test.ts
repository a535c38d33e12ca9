import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { originProblem } from '../../../src/git/remote/origin.ts';
import { openRepository } from '../../../src/git/repository.ts';
import { homePaths } from '../../../src/homes/paths.ts';
import { bareIn, GitOverHttp } from '../../support/git-over-http.ts';
import { runGit } from '../../support/run-git.ts';

const PASSWORD = 'pass/word@-7Qx&0123';
let root: string;
let service: GitOverHttp;
const login = `alice:${encodeURIComponent(PASSWORD)}`;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'baton-credentials-'));
  service = await GitOverHttp.start(root, `alice:${PASSWORD}`);
  const work = path.join(root, 'work');
  await runGit(root, 'init', '-q', '-b', 'main', work);
  await runGit(
    work,
    '-c',
    'user.name=T',
    '-c',
    'user.email=t@localhost',
    'commit',
    '-q',
    '--allow-empty',
    '-m',
    'One',
  );
  await runGit(root, 'clone', '-q', '--bare', work, bareIn(root, 'origin'));
  await runGit(bareIn(root, 'origin'), 'config', 'http.receivepack', 'true');
});
afterAll(async () => {
  await service.stop();
  await rm(root, { recursive: true, force: true });
});

const homeText = async (home: string): Promise<string> => {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
};

test("a URL's password reaches the server, and neither a process's arguments nor the home", async () => {
  const home = path.join(root, 'home');
  const repo = await openRepository({
    screen: 'none',
    home: homePaths(home),
    origin: `http://${login}@${service.host}/origin.git`,
  });
  expect(repo.origin).toBe(`http://${service.host}/origin`);
  const commit = await repo.resolveBase('main');
  await repo.landBranch({ branch: 'feature/x', commit });
  expect(await runGit(bareIn(root, 'origin'), 'rev-parse', 'feature/x')).toBe(commit);
  const seen = service.processes.join('\n');
  expect(seen).toContain(`http://${service.host}/origin`);
  for (const place of [seen, await homeText(home)])
    for (const form of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(place).not.toContain(form);
});

test('what the environment has for a whole host is enough', async () => {
  const host = `localhost:${service.host.split(':')[1]}`;
  const origin = `http://${host}/origin`;
  const base = async () =>
    (await openRepository({ screen: 'none', home: homePaths(path.join(root, 'other')), origin })).resolveBase(
      'main',
    );
  await expect(base()).rejects.toThrow(/could not read Username/);
  process.env.BATON_GIT_CREDENTIALS = `\n http://${login}@${host} \n`;
  onTestFinished(() => {
    delete process.env.BATON_GIT_CREDENTIALS;
  });
  expect(await base()).toMatch(/^[0-9a-f]{40}$/);
});

test('a password that is refused is told without it', async () => {
  const { served } = service;
  const problem = await originProblem(`http://alice:wrong-password@${service.host}/origin`, 'main');
  expect(problem).toContain(`can't read the repository http://${service.host}/origin: `);
  expect(problem).not.toContain('wrong-password');
  expect(service.served).toBe(served);
});

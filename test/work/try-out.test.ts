import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { tryOut } from '../../src/work/try-out.ts';
import { runGit } from '../support/run-git.ts';
import { tinyRepository } from '../support/tiny-repository.ts';
import { writeFiles } from './stacks/open-feature.ts';

it('a trial names tests that pass and fail on the same tree, what is left behind, and what can’t be shared', async () => {
  const { dir, repo, git } = await tinyRepository({});
  const home = await mkdtemp(path.join(tmpdir(), 'baton-try-'));
  try {
    // Green the first time, red the second.
    const run = `n=$(cat ${dir}/n 2>/dev/null || echo 0); echo $((n + 1)) > ${dir}/n; echo x > left.txt
      echo 1..2; echo ok 1 - steady; if [ $n = 0 ]; then echo ok 2 - shaky; else echo not ok 2 - shaky; exit 1; fi`;
    const parsed = parseConfig(`checks:
  setup: mkdir -p kit && pwd > kit/where
  test: { run: ${JSON.stringify(`{ ${run}; } > t.tap`)}, report: t.tap }
crew: { design: &a { runner: claude }, implement: *a, test: *a, deploy: *a }
`);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const steps: string[] = [];
    const out = await tryOut({
      home,
      repo,
      base: 'main',
      baseCommit: (await git('rev-parse', 'main')).trim(),
      config: parsed.config,
      sandbox: 'off',
      signal: new AbortController().signal,
      step: (what) => steps.push(what),
    });
    expect(out.setup).toMatchObject({ passed: true });
    expect(out.checks).toMatchObject([{ name: 'test', passed: true, tests: { total: 2, passing: 2 } }]);
    expect(out.flaky).toEqual({ test: ['shaky'] });
    expect(out.leftBehind).toEqual(['kit/', 'left.txt']);
    expect(out.made).toEqual(['kit']);
    expect(out.copyProblem).toBe('kit/where names the folder that it was installed in');
    expect(steps).toEqual(['the set-up', 'the checks', 'the checks once more, to see which tests are flaky']);
    expect(await readdir(home)).toEqual([]);
  } finally {
    for (const folder of [dir, home]) await rm(folder, { recursive: true, force: true });
  }
});

it('a trial has in its tree what a feature has: submodules, and files as the person’s git converts them', async () => {
  const { dir, repo, git } = await tinyRepository({});
  const home = await mkdtemp(path.join(tmpdir(), 'baton-try-'));
  try {
    const words = path.join(dir, 'words');
    await writeFiles(words, { 'words.txt': 'one\n' });
    await runGit(words, 'init', '-q', '-b', 'main');
    await runGit(words, 'add', '-A');
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost'];
    await runGit(words, ...who, 'commit', '-qm', 'A word');
    await git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '../words', 'words');
    await git(...who, 'commit', '-qm', 'Add the words');
    const parsed = parseConfig(`checks:
  test: grep -q one words/words.txt && grep -q "$(printf 'base\\r')" src/base.txt
crew: { design: &a { runner: claude }, implement: *a, test: *a, deploy: *a }
`);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const out = await tryOut({
      home,
      repo,
      base: 'main',
      baseCommit: await git('rev-parse', 'main'),
      config: parsed.config,
      content: { autocrlf: 'true' },
      sandbox: 'off',
      signal: new AbortController().signal,
      step: () => undefined,
    });
    expect(out.checks, out.checks[0]?.tail).toMatchObject([{ name: 'test', passed: true }]);
  } finally {
    for (const folder of [dir, home]) await rm(folder, { recursive: true, force: true });
  }
});

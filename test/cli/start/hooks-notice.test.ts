import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkingHooks, hooksProblem, noticeHooks } from '../../../src/cli/start/hooks-notice.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { git, temporaryFolder, userRepository } from '../../git/fixture.ts';
import { PLAIN_CONFIG } from '../packet-folder.ts';

afterEach(() => vi.restoreAllMocks());

const config = (more: string) => {
  const parsed = parseConfig(`${PLAIN_CONFIG}${more}`);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.config;
};

describe('hooks that would have checked a commit', () => {
  it.each([
    '.husky/pre-commit',
    '.githooks/commit-msg',
    'lefthook.yml',
    '.lefthook.toml',
    '.pre-commit-config.yaml',
    'packages/api/.husky/pre-push',
  ])('are known by %s', async (file) => {
    expect(await checkingHooks('https://example.com/x', ['src/a.ts', file])).toEqual([file]);
  });

  it('are those of a clone too, and the start names them once, until baton.yaml says what becomes of them', async () => {
    const folder = userRepository(temporaryFolder());
    const others = ['src/hooks/use-x.ts', '.husky/_/husky.sh', 'docs/pre-commit.md'];
    expect(await checkingHooks(folder, others)).toEqual([]);
    mkdirSync(path.join(folder, '.git/hooks'), { recursive: true });
    for (const [name, mode] of [
      ['pre-commit', 0o755],
      ['commit-msg', 0o644],
      ['pre-commit.sample', 0o755],
    ] as const)
      writeFileSync(path.join(folder, '.git/hooks', name), '#!/bin/sh\n', { mode });
    git(folder, 'config', 'core.hooksPath', '.githooks');
    expect(await checkingHooks(folder, [])).toEqual(['.git/hooks/pre-commit', 'core.hooksPath .githooks']);
    let said = '';
    vi.spyOn(process.stderr, 'write').mockImplementation((piece) => {
      said += String(piece);
      return true;
    });
    await noticeHooks(folder, ['.husky/pre-commit'], config('hooks: none\n'));
    await noticeHooks(folder, ['.husky/pre-commit'], config('hooks: .husky\n'));
    expect(said).toBe('');
    await noticeHooks(folder, ['.husky/pre-commit'], config(''));
    expect(said).toContain(
      "Baton doesn't run them: .husky/pre-commit, .git/hooks/pre-commit, core.hooksPath",
    );
  });

  it('are a check of their own, whose folder is protected', () => {
    const { checks, protected: kept } = config('hooks: .husky\n');
    expect(Object.keys(checks)).toContain('hooks');
    expect(kept).toContain('.husky/**');
    const named = (more: string) => () => config(more);
    for (const odd of ['../x', '/etc', '-x', '.git/hooks', 'a b', '$(x)'])
      expect(named(`hooks: ${JSON.stringify(odd)}\n`)).toThrow();
  });

  it('can’t be asked for where there are none, or where they aren’t looked for', async () => {
    const folder = userRepository(temporaryFolder());
    const problem = (hooks: string, ...files: string[]) =>
      hooksProblem(folder, files, config(`hooks: ${hooks}\n`));
    expect(await problem('run', '.husky/commit-msg')).toBeUndefined();
    expect(await problem('none')).toBeUndefined();
    expect(await problem('run', 'src/a.ts')).toMatch(
      /hooks: run, and the base commit has no pre-commit.*hooks: none/,
    );
    expect(await problem('.husky', '.githooks/pre-commit')).toContain('.husky has no pre-commit');
    git(folder, 'config', 'core.hooksPath', 'tools/hooks');
    expect(await problem('run', 'tools/hooks/pre-commit', '.husky/pre-commit')).toContain(
      'write hooks: tools/hooks',
    );
    git(folder, 'config', 'core.hooksPath', '.husky/_');
    expect(await problem('run', '.husky/pre-commit')).toBeUndefined();
  });
});

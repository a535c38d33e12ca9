import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hookCommand, hooksAmong, looksAtMessages, messageCommand } from '../../src/config/hooks.ts';
import { commit, git, temporaryFolder, userRepository } from '../git/fixture.ts';
import { runSync } from '../support/sync-programs.ts';

const among = (hooks: string, ...files: string[]) => hooksAmong(hooks, (file) => files.includes(file));

describe('the hooks of a repository', () => {
  it('are found in its usual folders and by the files of tools, or in the folder that is named', () => {
    expect(among('run', '.husky/pre-commit', '.githooks/commit-msg', 'tools/pre-commit')).toEqual([
      ...['.husky/pre-commit', '.githooks/commit-msg'],
    ]);
    expect(among('run', 'lefthook.yml', '.pre-commit-config.yaml')).toEqual([
      'lefthook.yml',
      '.pre-commit-config.yaml',
    ]);
    expect(among('tools', '.husky/pre-commit', 'tools/commit-msg', 'lefthook.yml')).toEqual([
      'tools/commit-msg',
    ]);
    expect([among('.husky', '.husky/pre-commit'), among('run', 'lefthook.yml')].map(looksAtMessages)).toEqual(
      [false, true],
    );
  });

  /** A repository with stand-ins for both tools on the PATH, which say how they were called. */
  const setting = (files: Readonly<Record<string, string>>) => {
    const repo = userRepository(temporaryFolder());
    const bin = temporaryFolder();
    for (const tool of ['lefthook', 'pre-commit'])
      writeFileSync(path.join(bin, tool), `#!/bin/sh\necho "${tool} $*"\n`, { mode: 0o755 });
    commit(repo, files);
    commit(repo, { 'a.txt': 'a\n' });
    const message = path.join(repo, '.git/COMMIT_EDITMSG');
    mkdirSync(path.dirname(message), { recursive: true });
    writeFileSync(message, 'Subject\n');
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const run = (command: string) =>
      runSync('sh', ['-c', command, 'hooks', message], { cwd: repo, env })
        .toString()
        .replaceAll(message, 'FILE');
    return { repo, run };
  };

  it('of lefthook and pre-commit are run by these, for each kind that their files name', () => {
    const { repo, run } = setting({
      'lefthook.yml': 'pre-commit:\n  commands: {}\n',
      '.pre-commit-config.yaml': 'repos: []\n',
    });
    const tip = git(repo, 'rev-parse', 'HEAD');
    expect(run(hookCommand('run'))).toBe('lefthook run pre-commit\npre-commit run --hook-stage pre-commit\n');
    expect(run(messageCommand('run'))).toBe(
      ['prepare-commit-msg', 'commit-msg']
        .map((stage) => `pre-commit run --hook-stage ${stage} --commit-msg-filename FILE\n`)
        .join(''),
    );
    expect(git(repo, 'rev-parse', 'HEAD')).toBe(tip);
  });

  it('that fails is the outcome, whatever would run after it; one that isn’t there is said', () => {
    const failing = setting({ '.husky/commit-msg': 'echo no; exit 3\n', 'lefthook.yml': 'commit-msg:\n' });
    expect(() => failing.run(messageCommand('run'))).toThrow();
    // It has no pre-commit, and needs none.
    expect(failing.run(hookCommand('.husky'))).toBe('');
    const none = setting({ 'b.txt': 'b\n' });
    expect(() => none.run(hookCommand('run'))).toThrow();
    expect(none.run(messageCommand('run'))).toBe('');
  });
});

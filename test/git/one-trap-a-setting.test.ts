import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hardenedArguments, hardenedEnvironment } from '../../src/git/hardening.ts';
import { newFolder, temporaryFolder } from './fixture.ts';
import { Trapped } from './trapped.ts';

interface Trap {
  /** As git's command line or its environment has it. */
  readonly setting: string;
  readonly lay: (trapped: Trapped) => void;
  readonly args: readonly string[];
  /** By what git says it is seen to be sprung; else by a program that ran. */
  readonly says?: string;
  /** Held to also where Baton's git has the user's settings, for the origin. */
  readonly always?: true;
}

const commit = ['commit', '-q', '--allow-empty', '-m', 'x'];
const fill = ['credential', 'fill'];
const traps: readonly Trap[] = [
  {
    setting: 'core.hooksPath=/dev/null',
    lay: ({ repo, config, write, script }) => {
      write('hooks/post-commit', `#!/bin/sh\n${script()}\n`);
      chmodSync(path.join(repo, 'hooks/post-commit'), 0o755);
      config('core.hooksPath', path.join(repo, 'hooks'));
    },
    args: commit,
    always: true,
  },
  {
    setting: 'core.fsmonitor=false',
    lay: ({ config, script }) => config('core.fsmonitor', script()),
    args: ['status'],
    always: true,
  },
  {
    setting: 'core.attributesFile=/dev/null',
    lay: ({ dir, config, script, write }) => {
      writeFileSync(path.join(dir, 'attributes'), '* filter=trap\n');
      config('core.attributesFile', path.join(dir, 'attributes'));
      config('filter.trap.clean', script());
      write('b.txt', 'b\n');
    },
    args: ['add', 'b.txt'],
    always: true,
  },
  {
    setting: 'protocol.ext.allow=never',
    lay: ({ config, script }) => {
      config('protocol.ext.allow', 'always');
      config('url.ext::.insteadOf', 'trap:');
      config('alias.look', `ls-remote "ext::${script()}"`);
    },
    args: ['look'],
    always: true,
  },
  {
    setting: 'GIT_ALLOW_PROTOCOL=file',
    lay: ({ config, script }) => {
      config('protocol.ext.allow', 'always');
      config('alias.look', `ls-remote "ext::${script()}"`);
    },
    args: ['look'],
  },
  {
    setting: 'GIT_NO_REPLACE_OBJECTS=1',
    lay: ({ plain, write }) => {
      write('other.txt', 'another content\n');
      const other = plain('hash-object', '-w', 'other.txt').trim();
      plain('replace', plain('rev-parse', 'HEAD:a.txt').trim(), other);
    },
    args: ['cat-file', '-p', 'HEAD:a.txt'],
    says: 'another content',
    always: true,
  },
  {
    setting: 'GIT_LITERAL_PATHSPECS=1',
    lay: () => undefined,
    args: ['ls-files', ':(glob)*.txt'],
    says: 'a.txt',
    always: true,
  },
  {
    setting: 'GIT_CONFIG_GLOBAL=/dev/null',
    lay: ({ home, script }) =>
      writeFileSync(path.join(home, '.gitconfig'), `[core]\n\tfsmonitor = ${script()}\n`),
    args: ['status'],
  },
  {
    setting: 'HOME=/nonexistent',
    lay: ({ home, script }) =>
      writeFileSync(path.join(home, '.gitconfig'), `[core]\n\tfsmonitor = ${script()}\n`),
    args: ['status'],
  },
  {
    setting: 'core.excludesFile=/dev/null',
    lay: ({ dir, config, write }) => {
      writeFileSync(path.join(dir, 'excludes'), 'hidden.txt\n');
      config('core.excludesFile', path.join(dir, 'excludes'));
      write('hidden.txt', 'hidden\n');
    },
    args: ['ls-files', '--others', '--ignored', '--exclude-standard'],
    says: 'hidden.txt',
  },
  {
    setting: 'core.autocrlf=false',
    lay: ({ config, write }) => {
      config('core.autocrlf', 'input');
      write('c.txt', 'a\r\n');
    },
    // Of the file without its carriage return.
    args: ['hash-object', 'c.txt'],
    says: '78981922613b2afb6025042ff6bd878ac1994e85',
  },
  {
    setting: 'core.sshCommand=false',
    lay: ({ config, script }) => config('core.sshCommand', script()),
    args: ['ls-remote', 'ssh://localhost/nowhere'],
  },
  {
    setting: 'credential.helper=',
    lay: ({ config, script }) => config('credential.helper', script()),
    args: fill,
  },
  { setting: 'core.askPass=', lay: ({ config, script }) => config('core.askPass', script()), args: fill },
  {
    setting: 'commit.gpgSign=false',
    lay: ({ config, script }) => {
      config('commit.gpgSign', 'true');
      config('gpg.program', script());
    },
    args: commit,
  },
  {
    setting: 'gpg.program=false',
    lay: ({ config, script }) => config('gpg.program', script()),
    args: [...commit, '-S'],
  },
  {
    setting: 'core.editor=:',
    lay: ({ config, script }) => config('core.editor', script()),
    args: ['commit', '--allow-empty'],
  },
  {
    setting: 'sequence.editor=:',
    lay: ({ config, script, plain }) => {
      plain(...commit);
      config('sequence.editor', script());
    },
    args: ['rebase', '-i', 'HEAD~1'],
  },
  {
    setting: 'GIT_EDITOR=:',
    lay: ({ config, script }) => config('core.editor', script()),
    args: ['commit', '--allow-empty'],
    always: true,
  },
  {
    setting: 'GIT_SEQUENCE_EDITOR=:',
    lay: ({ config, script, plain }) => {
      plain(...commit);
      config('sequence.editor', script());
    },
    args: ['rebase', '-i', 'HEAD~1'],
    always: true,
  },
];

/** How git is told one of Baton's settings; none where Baton has no such one. */
function only(setting: string, user: boolean): { settings: string[]; env: Record<string, string> } {
  const [name = '', value = ''] = setting.split(/=(.*)/s);
  if (name !== name.toUpperCase())
    return { settings: hardenedArguments(user).includes(setting) ? ['-c', setting] : [], env: {} };
  return { settings: [], env: hardenedEnvironment(user)[name] === value ? { [name]: value } : {} };
}

describe('a trap for git', () => {
  let first: Trapped;
  beforeAll(() => {
    first = new Trapped(newFolder());
  });
  afterAll(() => rmSync(first.dir, { recursive: true, force: true }));

  it.each(traps)('is sprung by plain git, and by nothing as soon as it is told $setting', (trap) => {
    const { setting, lay, args, says, always } = trap;
    const springs = (settings: readonly string[], env: Record<string, string>) => {
      const trapped = new Trapped(temporaryFolder(), first);
      lay(trapped);
      const said = trapped.git(settings, env, args);
      return says === undefined ? trapped.sprung : said.includes(says);
    };
    expect(springs([], {})).toBe(true);
    for (const user of always === true ? [false, true] : [false]) {
      const { settings, env } = only(setting, user);
      expect(springs(settings, env), user ? "with the user's settings" : 'sealed').toBe(false);
    }
  });
});

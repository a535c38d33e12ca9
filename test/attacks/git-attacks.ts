import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Trapped } from '../git/trapped.ts';

/** A repository that an attack is laid in. */
export interface Target {
  /** Its `.git`, or a bare repository. */
  readonly common: string;
  /** A program that leaves a canary, the words to start it by. */
  readonly canary: string;
  /** For files that a setting names. */
  readonly folder: string;
}

/** A way to make git start a program of somebody else's. */
export interface Attack {
  readonly by: string;
  /** Lines for the repository's configuration. */
  readonly config?: (target: Target) => string;
  /** What is laid beside it. */
  readonly lay?: (target: Target) => void;
  /** A command by which plain git falls for it. */
  readonly control: (plain: Trapped['plain'], trapped: Trapped) => unknown;
}

const ATTRIBUTES = '*.trap filter=trap diff=trap merge=trap\n';
/** What an agent may leave in a tree, by which drivers and filters are chosen. */
export const CHOOSING = { '.gitattributes': ATTRIBUTES };

const hook = ({ common, canary }: Target, name: string) => {
  mkdirSync(path.join(common, 'hooks'), { recursive: true });
  writeFileSync(path.join(common, 'hooks', name), `#!/bin/sh\n${canary}\n`);
  chmodSync(path.join(common, 'hooks', name), 0o755);
};
const changed = (plain: Trapped['plain'], { write }: Trapped, ...then: string[]) => {
  write('.gitattributes', ATTRIBUTES);
  write('x.trap', 'one\n');
  plain('add', '.');
  plain('commit', '-q', '-m', 'x');
  write('x.trap', 'two\n');
  return plain(...then);
};
const emptyCommit = ['commit', '-q', '--allow-empty', '-m', 'x'];

export const ATTACKS: readonly Attack[] = [
  {
    by: 'core.sshCommand',
    config: ({ canary }) => `[core]\n\tsshCommand = "${canary}"\n`,
    control: (plain) => plain('ls-remote', 'ssh://localhost/nowhere'),
  },
  {
    by: 'core.fsmonitor',
    config: ({ canary }) => `[core]\n\tfsmonitor = "${canary}"\n`,
    control: (plain) => plain('status'),
  },
  {
    by: 'core.hooksPath',
    config: (target) => {
      hook({ ...target, common: path.join(target.folder, 'far') }, 'post-commit');
      return `[core]\n\thooksPath = ${path.join(target.folder, 'far', 'hooks')}\n`;
    },
    control: (plain) => plain(...emptyCommit),
  },
  {
    by: 'a hook in .git/hooks',
    lay: (target) => {
      for (const name of ['post-commit', 'post-checkout', 'post-index-change', 'reference-transaction'])
        hook(target, name);
      for (const name of ['pre-push', 'pre-receive', 'update', 'proc-receive', 'post-receive', 'post-update'])
        hook(target, name);
    },
    control: (plain) => plain(...emptyCommit),
  },
  {
    by: 'filter.*.clean',
    config: ({ canary }) => `[filter "trap"]\n\tclean = "${canary}"\n`,
    control: (plain, trapped) => changed(plain, trapped, 'add', '.'),
  },
  {
    by: 'filter.*.smudge',
    config: ({ canary }) => `[filter "trap"]\n\tsmudge = "${canary}"\n`,
    control: (plain, trapped) => changed(plain, trapped, 'checkout', '--', '.'),
  },
  {
    by: 'filter.*.process',
    config: ({ canary }) => `[filter "trap"]\n\tprocess = "${canary}"\n`,
    control: (plain, trapped) => changed(plain, trapped, 'add', '.'),
  },
  {
    by: 'diff.external',
    config: ({ canary }) => `[diff]\n\texternal = "${canary}"\n`,
    control: (plain, trapped) => changed(plain, trapped, 'diff'),
  },
  {
    by: 'diff.*.command',
    config: ({ canary }) => `[diff "trap"]\n\tcommand = "${canary}"\n`,
    control: (plain, trapped) => changed(plain, trapped, 'diff'),
  },
  {
    by: 'diff.*.textconv',
    config: ({ canary }) => `[diff "trap"]\n\ttextconv = "${canary}"\n`,
    control: (plain, trapped) => changed(plain, trapped, 'diff'),
  },
  {
    by: 'merge.*.driver',
    config: ({ canary }) => `[merge "trap"]\n\tdriver = "${canary}"\n`,
    control: (plain, trapped) => {
      changed(plain, trapped, 'switch', '-q', '-c', 'other');
      plain('commit', '-q', '-a', '-m', 'other');
      plain('switch', '-q', 'main');
      trapped.write('x.trap', 'three\n');
      plain('commit', '-q', '-a', '-m', 'main');
      plain('merge', '-q', '-m', 'x', 'other');
    },
  },
  {
    by: 'alias.*',
    config: ({ canary }) => `[alias]\n\tlook = "!${canary}"\n`,
    control: (plain) => plain('look'),
  },
  {
    by: 'credential.helper',
    config: ({ canary }) => `[credential]\n\thelper = "!${canary}"\n`,
    control: (plain) => plain('credential', 'fill'),
  },
  {
    by: 'core.askPass',
    config: ({ folder, canary }) => {
      writeFileSync(path.join(folder, 'ask'), `#!/bin/sh\n${canary}\n`, { mode: 0o755 });
      return `[core]\n\taskPass = ${path.join(folder, 'ask')}\n`;
    },
    control: (plain) => plain('credential', 'fill'),
  },
  {
    by: 'gpg.program',
    config: ({ folder, canary }) => {
      writeFileSync(path.join(folder, 'gpg'), `#!/bin/sh\n${canary}\n`, { mode: 0o755 });
      return `[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = ${path.join(folder, 'gpg')}\n`;
    },
    control: (plain) => plain(...emptyCommit),
  },
  {
    by: 'core.editor',
    config: ({ canary }) => `[core]\n\teditor = "${canary}"\n`,
    control: (plain) => plain('commit', '--allow-empty'),
  },
  {
    by: 'sequence.editor',
    config: ({ canary }) => `[sequence]\n\teditor = "${canary}"\n`,
    control: (plain) => {
      plain(...emptyCommit);
      plain('rebase', '-i', 'HEAD~1');
    },
  },
  {
    by: 'include.path',
    config: ({ folder, canary }) => {
      writeFileSync(path.join(folder, 'included'), `[core]\n\tfsmonitor = "${canary}"\n`);
      return `[include]\n\tpath = ${path.join(folder, 'included')}\n`;
    },
    control: (plain) => plain('status'),
  },
  {
    by: 'includeIf',
    config: ({ folder, canary }) => {
      writeFileSync(path.join(folder, 'perhaps'), `[core]\n\tfsmonitor = "${canary}"\n`);
      return `[includeIf "gitdir:/"]\n\tpath = ${path.join(folder, 'perhaps')}\n`;
    },
    control: (plain) => plain('status'),
  },
  {
    by: 'config.worktree',
    config: () => '[core]\n\trepositoryformatversion = 1\n[extensions]\n\tworktreeConfig = true\n',
    lay: ({ common, canary }) =>
      writeFileSync(path.join(common, 'config.worktree'), `[core]\n\tfsmonitor = "${canary}"\n`),
    control: (plain) => plain('status'),
  },
  {
    by: 'url.*.insteadOf with ext::',
    config: ({ canary, folder }) => {
      const program = path.join(folder, 'ext');
      writeFileSync(program, `#!/bin/sh\n${canary}\n`, { mode: 0o755 });
      const here = path.dirname(path.dirname(folder));
      return `[protocol "ext"]\n\tallow = always\n[url "ext::${program} "]\n\tinsteadOf = ${here}/\n\tinsteadOf = far:\n`;
    },
    control: (plain) => plain('ls-remote', 'far:x'),
  },
  {
    by: 'remote.*.uploadpack of a partial clone',
    config: ({ canary }) =>
      `[core]\n\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = trap\n[remote "trap"]\n\turl = .\n\tpromisor = true\n\tuploadpack = "${canary}"\n`,
    control: (plain) => plain('cat-file', '-p', '1234567890123456789012345678901234567890'),
  },
  {
    by: 'remote.*.receivepack',
    config: ({ canary }) => `[remote "there"]\n\turl = .\n\treceivepack = "${canary}"\n`,
    control: (plain) => plain('push', 'there', 'main:other'),
  },
  {
    by: 'submodule.*.update',
    config: ({ canary }) => `[submodule "sub"]\n\tactive = true\n\turl = .\n\tupdate = "!${canary}"\n`,
    control: (plain, { repo, write }) => {
      const head = plain('rev-parse', 'HEAD').trim();
      plain('clone', '-q', repo, path.join(repo, 'sub'));
      write('.gitmodules', '[submodule "sub"]\n\tpath = sub\n\turl = ./\n');
      plain('update-index', '--add', '--cacheinfo', `160000,${head},sub`);
      plain('commit', '-q', '--allow-empty', '-m', 'sub');
      plain('submodule', 'update', '--force');
    },
  },
  {
    by: 'core.gitProxy',
    config: ({ folder, canary }) => {
      writeFileSync(path.join(folder, 'proxy'), `#!/bin/sh\n${canary}\n`, { mode: 0o755 });
      return `[core]\n\tgitProxy = ${path.join(folder, 'proxy')}\n`;
    },
    control: (plain) => plain('ls-remote', 'git://localhost/nowhere'),
  },
  {
    by: 'core.alternateRefsCommand',
    config: ({ canary }) => `[core]\n\talternateRefsCommand = "${canary}"\n`,
    control: (plain, { repo, dir }) => {
      const borrowed = path.join(dir, 'borrowed');
      plain('clone', '-q', '--bare', repo, borrowed);
      writeFileSync(path.join(repo, '.git/objects/info/alternates'), `${borrowed}/objects\n`);
      plain('push', '-q', repo, 'main:pushed');
    },
  },
];

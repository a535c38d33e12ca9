import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { placeOnPath } from '../../src/processes/on-path.ts';
import { sandboxProblem } from '../../src/sandbox/probe.ts';
import { packetOf, Workplace } from '../work/judged/workplace.ts';
import { kept, npm, npmBin, pip } from './kept-tools.ts';

const problem = await sandboxProblem();
const python = await placeOnPath('python3');
beforeAll(async () => {
  if (python === undefined) return;
  const lefthook = npmBin(await kept('lefthook', ['lefthook@2.2.2'], npm));
  const preCommit = path.join(await kept('pre-commit', ['pre-commit==4.7.0'], pip), 'bin');
  vi.stubEnv('PATH', [lefthook, preCommit, process.env.PATH ?? ''].join(':'));
});

/** Refuses a file with FORBIDDEN in it, and a message without a type. */
const LOOKS = {
  'no-forbidden.sh': '! grep -Hn FORBIDDEN "$@"\n',
  'typed.sh':
    'head -1 "$1" | grep -Eq "^(feat|fix): [a-z]" || { echo "the subject needs a type"; exit 1; }\n',
};
const TOOLS = [
  [
    'lefthook',
    {
      'lefthook.yml': `pre-commit:
  commands:
    words:
      glob: "*.txt"
      run: sh no-forbidden.sh {staged_files}
commit-msg:
  commands:
    typed:
      run: sh typed.sh {1}
`,
    },
  ],
  [
    'pre-commit',
    {
      '.pre-commit-config.yaml': `repos:
  - repo: local
    hooks:
      - { id: words, name: words, entry: sh no-forbidden.sh, language: system, files: "\\\\.txt$" }
      - { id: typed, name: typed, entry: sh typed.sh, language: system, stages: [commit-msg] }
`,
    },
  ],
] as const;

describe.skipIf(problem !== undefined || python === undefined).each(TOOLS)(
  'hooks that %s runs, in the sandbox',
  (_, config) => {
    it('look at what a packet changed, and at the message that it lands with', async () => {
      const here = await Workplace.begun({
        sandbox: 'on',
        config: { checks: { test: 'true' }, hooks: 'run', commits: { subject: 'feat: {objective}' } },
        files: { ...LOOKS, ...config, 'src/old.txt': 'FORBIDDEN\n' },
      });
      await here.write('good', { 'src/good.txt': 'fine\n' });
      const good = await here.verify(packetOf('good'));
      expect(good.checks).toMatchObject([
        { name: 'test', passed: true },
        { name: 'hooks', passed: true },
      ]);
      await here.write('bad', { 'src/bad.txt': 'FORBIDDEN\n' });
      const bad = await here.verify(packetOf('bad'));
      expect(bad.checks).toMatchObject([{ passed: true }, { name: 'hooks', passed: false }]);
      expect(JSON.stringify(bad.checks)).toContain('src/bad.txt');
      const merge = await here.merge(packetOf('good', { objective: 'Add good' }));
      expect(here.git('show', '-s', '--format=%s', merge.new)).toBe('feat: add good');
    });

    it('refuse a message of another form', async () => {
      const here = await Workplace.begun({
        sandbox: 'on',
        config: { checks: { test: 'true' }, hooks: 'run' },
        files: { ...LOOKS, ...config },
      });
      await here.write('good', { 'src/good.txt': 'fine\n' });
      await expect(here.merge(packetOf('good', { objective: 'Add good' }))).rejects.toThrow(
        /refuses what Baton would land[\s\S]*the subject needs a type/,
      );
    });
  },
);

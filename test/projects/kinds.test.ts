import { expect, inject, it } from 'vitest';
import { durationText } from '../../src/domain/duration.ts';
import { firstFeature } from './first-feature.ts';
import { KINDS, repositoryOfKind } from './kinds.ts';

it('Baton is installed from its package, and its server and worker start', () => {
  const { installMs, devMs } = inject('baton');
  process.stdout.write(`projects: install ${durationText(installMs)}, baton dev ${durationText(devMs)}\n`);
  expect(installMs + devMs).toBeGreaterThan(0);
});

for (const [name, kind] of Object.entries(KINDS))
  it.skipIf(kind.lacks !== undefined)(
    `a repository gets from baton init to its first landed feature without a line by hand: ${name}${kind.lacks === undefined ? '' : ` (${kind.lacks})`}`,
    async () => {
      const repo = await repositoryOfKind(kind);
      const { found, report } = await firstFeature(name, repo, 'Double numbers', [kind.packet]);
      const [before, after] = kind.tests ?? [];
      const counts = (total: number | undefined) =>
        total === undefined ? {} : { tests: { total, passing: total } };
      expect(found.tried.checks[0]).toMatchObject({ name: 'test', passed: true, ...counts(before) });
      expect(report.packets).toMatchObject([{ id: 'double', ...counts(after) }]);
      expect(report.packets[0]?.criteria).toHaveLength(1);
    },
  );

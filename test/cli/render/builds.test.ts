import { expect, it } from 'vitest';
import { buildLines, buildsWait } from '../../../src/cli/render/builds.ts';
import { PLAIN } from '../../../src/cli/render/style.ts';
import type { BuildEntry } from '../../../src/cli/server/builds.ts';

const entry = (more: Partial<BuildEntry>): BuildEntry => ({
  build: '0.2.0-b',
  current: false,
  workers: 0,
  features: 0,
  held: 0,
  ...more,
});

it.for([
  [
    entry({ current: true, workers: 2, features: 3 }),
    false,
    'ok   0.2.0-b: 2 workers, 3 features; it has the work',
  ],
  [
    entry({ current: true, features: 1 }),
    true,
    'bad  0.2.0-b: 0 workers, 1 feature; it has the work, and no worker',
  ],
  [
    entry({ features: 2, held: 1 }),
    true,
    'bad  0.2.0-b: 0 workers, 2 features; 1 held for it, with no worker',
  ],
  [
    entry({ workers: 1, features: 1, held: 1 }),
    false,
    'note 0.2.0-b: 1 worker, 1 feature; 1 held for it: leave its',
  ],
  [
    entry({ workers: 1 }),
    false,
    'note 0.2.0-b: 1 worker, 0 features; its workers only end what is in their homes',
  ],
  [entry({ features: 1 }), false, 'ok   0.2.0-b: 0 workers, 1 feature; they go on with the current build'],
  [{ ...entry({ workers: 1 }), build: undefined }, false, 'note without a build: 1 worker'],
] as [BuildEntry, boolean, string][])('%j beside another', ([one, waits, line]) => {
  const other = entry({ build: '0.3.0-c', current: !one.current, workers: 1 });
  expect(buildLines([one, other], PLAIN)[1]?.trim()).toMatch(new RegExp(`^${line}`));
  expect(buildsWait([one, other])).toBe(waits);
});

it('where no build has the work, workers without one are as they should be', () => {
  const { build: _, ...old } = entry({ workers: 1, features: 1 });
  expect(buildLines([old], PLAIN)).toEqual([
    'Builds',
    '  ok   without a build: 1 worker, 1 feature; builds are not told apart yet',
  ]);
  expect(buildLines([], PLAIN)).toEqual(['Builds', '  no worker has been here yet']);
});

import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { prepareStart } from '../../src/cli/start/start-feature.ts';
import { treePath } from '../../src/cli/trees/tree-path.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { Engine } from '../support/engine.ts';
import {
  TINY_CHECK,
  tinyConfig,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  tinyWork,
} from '../support/tiny-repository.ts';

const ROOT = 'packages/api';

/** Of both packages: the other one is red, so a feature that looked at the whole would be. */
const packages = {
  [`${ROOT}/check.sh`]: TINY_CHECK,
  [`${ROOT}/src/base.txt`]: 'base\n',
  [`${ROOT}/tests/base-is-there.sh`]: 'grep -q base src/base.txt\n',
  'packages/web/check.sh': 'exit 1\n',
  'packages/web/src/web.txt': 'web FORBIDDEN\n',
  'package-lock.json': '{}\n',
};

it('a feature in one package of a monorepo goes to landed, its agents, paths and checks in that package', async () => {
  const engine = await Engine.start(inject('temporalAddress'));
  onTestFinished(() => engine.stop());
  const scriptOfAgents = path.join('..', '..', 'agents/agent.mjs');
  const role = { ...tinyConfig.crew.design, command: ['node', scriptOfAgents] };
  const crew = { design: role, implement: role, test: role, deploy: role };
  const own = stringify({ ...tinyConfig, crew, protected: ['check.sh'] });
  const tiny = await tinyRepository(
    {
      design: [
        tinyDesign([
          tinyPacket('one'),
          tinyPacket('two', { boundaries: { inScope: ['src/', 'tests/', 'package-lock.json'] } }),
        ]),
      ],
      one: [
        [
          { write: { '../web/src/web.txt': 'not one’s to change\n' } },
          ...tinyWork('one', { hold: '{dir}/one' }),
        ],
        [
          { exec: 'git checkout -q origin/HEAD -- ../web 2>/dev/null || git checkout -q HEAD -- ../web' },
          ...tinyWork('one'),
        ],
      ],
      two: [[{ write: { '../../package-lock.json': '{"two":1}\n' } }, ...tinyWork('two')]],
    },
    {},
    { ...packages, [`${ROOT}/baton.yaml`]: own },
  );
  onTestFinished(() => rmSync(tiny.dir, { recursive: true, force: true }));
  const prepared = await prepareStart({ request: 'Add files', repo: path.join(tiny.repo, ROOT), yes: false });
  expect(prepared.root).toBe(ROOT);
  const feature = await engine.feature(tiny, { id: 'root', root: prepared.root });
  const approval = await feature.item('design-approval');
  expect(approval.prompt).not.toContain('packages/web');
  await feature.decide('design-approval', 'approve');
  await tiny.reached('one');
  const open = await treePath(engine.home, 'root', 'one');
  expect(open).toBe(path.join(homePaths(engine.home).worktree('root', 'one'), ROOT));
  await tiny.release('one');
  const report = await feature.report();
  expect(report).toMatchObject({
    outcome: 'landed',
    root: ROOT,
    packets: [
      { id: 'one', status: 'merged', submissions: 1 },
      { id: 'two', status: 'merged', submissions: 1 },
    ],
  });
  // Outside of its boundaries: told once, by the name that its agent knows the file by.
  const [, second] = await tiny.told('one');
  expect(JSON.stringify(second)).toContain('../web/src/web.txt');
  const changed = await tiny.git('diff', '--name-only', 'main', 'feature/root');
  expect(changed.split('\n')).toEqual([
    'package-lock.json',
    `${ROOT}/docs/design.md`,
    ...[`${ROOT}/src/one.txt`, `${ROOT}/src/two.txt`],
    ...[`${ROOT}/tests/one-is-there.sh`, `${ROOT}/tests/two-is-there.sh`],
  ]);
});

import { describe, expect, it } from 'vitest';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import { packetOf, Workplace } from './workplace.ts';

const PACKAGE = { scripts: { test: 'node unit.mjs', other: 'true' }, dependencies: {} };
const packageJson = (more: object) => JSON.stringify({ ...PACKAGE, ...more });

const config: Partial<ConfigDraft> = {
  checks: { test: 'sh check.sh', unit: 'npm test --silent' },
  gates: { perf: { run: 'sh perf/measure.sh', metric: 'p95', max: 50 } },
  release: {
    production: {
      ...{ deploy: 'ops/deploy', shift: 'true', probe: 'true', rollback: 'true' },
      judge: { errors: { max: 1 } },
    },
  },
  protected: ['baton.yaml'],
};
const files = {
  'ops/deploy': 'true\n',
  'perf/measure.sh': 'true\n',
  '.github/workflows/ci.yml': 'on: push\n',
  'vitest.config.ts': 'export default {};\n',
  'unit.mjs': '\n',
  'package.json': packageJson({}),
};
/** Paths that measure, none of which baton.yaml lists. */
const MEASURING = [
  ...['.baton/roles/x.md', '.github/workflows/ci.yml', 'agents/agent.mjs', 'check.sh', 'ops/deploy'],
  ...['package.json', 'perf/measure.sh', 'unit.mjs', 'vitest.config.ts'],
];

const open = async () => {
  const place = await Workplace.open({ config, files });
  await place.begin();
  return place;
};

describe('what measures the work', () => {
  it('is protected without being listed, and shown as a diff, until a person allows it', async () => {
    const place = await open();
    const changed = Object.fromEntries(MEASURING.map((path) => [path, 'changed by an agent\n']));
    const scripts = { ...PACKAGE.scripts, test: 'true' };
    await place.write('one', {
      ...changed,
      'package.json': packageJson({ scripts }),
      'src/one.txt': 'one\n',
    });
    const packet = packetOf('one');
    const { protected: found, protectedDiff, outside, checks } = await place.verify(packet);
    expect(found.toSorted()).toEqual(MEASURING);
    expect([outside, checks]).toEqual([[], []]);
    for (const path of MEASURING) expect(protectedDiff).toContain(`b/${path}`);
    const more = { check: false, allowed: MEASURING.slice(1) };
    expect((await place.verify(packet, more)).protected).toEqual(MEASURING.slice(0, 1));
  });

  it('is not protected in a package.json to which a dependency or another script is added', async () => {
    const place = await open();
    const scripts = { ...PACKAGE.scripts, other: 'false' };
    const text = packageJson({ scripts, dependencies: { left: '1.0.0' } });
    await place.write('one', { 'package.json': text });
    expect((await place.verify(packetOf('one'), { check: false })).protected).toEqual([]);
  });

  it('may be changed by a packet whose scope names it, which the merge tells, and by none with a broad scope', async () => {
    const place = await open();
    await place.baseline();
    await place.write('one', { 'ops/deploy': 'echo deployed\n' });
    for (const inScope of [[], ['**'], ['ops/'], ['ops/**', 'src/'], ['*/deploy']]) {
      const { protected: found, outside } = await place.verify(packetOf('one', { boundaries: { inScope } }));
      expect([inScope, found, outside]).toEqual([inScope, ['ops/deploy'], []]);
    }
    const packet = packetOf('one', { boundaries: { inScope: ['src/', 'ops/deploy'] } });
    const { commit, protected: found } = await place.verify(packet);
    expect(found).toEqual([]);
    const prepared = await place.prepare(packet, { commit });
    expect(prepared).toMatchObject({ kind: 'ready', measuring: ['ops/deploy'] });
  });

  it('is told of a plan whose packets name it', async () => {
    const place = await open();
    const packets = [
      packetOf('named', { boundaries: { inScope: ['ops/deploy', '.github/workflows/'] } }),
      packetOf('broad', { boundaries: { inScope: ['**'] } }),
    ];
    await place.write('design', { 'docs/design.md': '# Design\n' });
    const { measuring, outside } = await place.verify(null, { packets });
    expect(outside).toEqual([]);
    expect(measuring).toEqual([
      { packet: 'named', path: '.github/workflows/ci.yml', why: 'CI' },
      { packet: 'named', path: 'ops/deploy', why: 'named by release.production.deploy' },
    ]);
  });
});

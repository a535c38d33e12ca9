import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAgent } from '../../../src/work/run-agent.ts';
import { copyProblem } from '../../../src/work/set-up.ts';
import { firstRun } from '../run-input.ts';
import { type OpenFeature, openFeature } from './open-feature.ts';
import { PYTHON_SHOP, pythonAddsVat, pythonBreaksWeb, pythonTests } from './python-shop.ts';

/** What `pip install -e .` comes to: a .pth file that names the tree. */
const INSTALL = `import os, sysconfig
folder = sysconfig.get_path('purelib')
open(os.path.join(folder, '__editable__.shop.pth'), 'w').write(os.path.abspath('src') + '\\n')
`;

const python = execaSync('python3', ['-c', 'import venv'], { reject: false });

describe.skipIf(python.failed)('an editable package of Python (python3 with venv is needed)', () => {
  let feature: OpenFeature;
  beforeAll(async () => {
    feature = await openFeature({
      files: { ...PYTHON_SHOP, 'tools/install.py': INSTALL },
      checks: {
        setup:
          'python3 -m venv --without-pip .venv && .venv/bin/python tools/install.py && pwd >> {dir}/setups',
        test: pythonTests,
      },
      config: { worktrees: { installed: ['.venv'] } },
    });
  });
  afterAll(() => feature.close());

  it('is judged as the packet has it: what breaks another part is red, with that test named', async () => {
    expect(feature.baseline.tests).toMatchObject({ total: 2, passing: 2 });
    expect((await feature.handIn('amounts', pythonBreaksWeb)).red).toEqual(['test_web_shows_the_total']);
  });

  it('is judged as the packet has it: a new module that another part uses is green, and merged', async () => {
    const work = await feature.handIn('vat', pythonAddsVat);
    expect(work.red).toEqual([]);
    expect(await feature.merge(work)).toMatchObject({ kind: 'ready', tests: { total: 3, passing: 3 } });
  });

  it('is not copied, since it names its tree: the set-up runs in each, and the transcript says why', async () => {
    const { shop, site, ref } = feature;
    expect(await copyProblem(shop, site)).toMatch(/^\.venv\/.+ names the folder that it was installed in$/);
    const [, ...setUps] = await feature.lines('setups');
    expect(new Set(setUps).size).toBe(setUps.length);
    // For the base, and for each of the two packets its agent's tree and the one in which it is judged.
    expect(setUps).toHaveLength(5);
    const { transcript } = await runAgent(shop, site, firstRun(ref, shop.home.id), {
      signal: new AbortController().signal,
      execution: 'first',
      event: () => undefined,
      known: () => undefined,
    });
    const text = transcript === null ? '' : (await shop.store.get(transcript)).toString('utf8');
    expect(text).toContain("The set-up runs in each tree, since what it installs can't be copied: .venv/");
  });
});

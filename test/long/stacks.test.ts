/** Stacks as in test/work/stacks, with the package managers themselves: each set-up takes seconds. */
import { realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa, execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyProblem } from '../../src/work/set-up.ts';
import {
  addsVat,
  breaksWeb,
  javascriptShop,
  javascriptTests,
  nodeTest,
  npmLock,
  npmShop,
  packageFiles,
} from '../work/stacks/javascript-shop.ts';
import { type OpenFeature, openFeature } from '../work/stacks/open-feature.ts';
import { PYTHON_SHOP, pythonAddsVat, pythonBreaksWeb, pythonTests } from '../work/stacks/python-shop.ts';

/** A pinned version that runs on Node 20. */
const PNPM = 'npx --yes pnpm@10.34.9';
/** A package in a tarball, as registries serve it. */
const TOOL = {
  'tool/package/package.json': '{ "name": "tool", "version": "1.0.0" }',
  'tool/package/index.js': 'module.exports = true;\n',
};
const PACK = 'tar -czf tool.tgz -C tool package';

describe('in workspaces of npm', () => {
  let feature: OpenFeature;
  beforeAll(async () => {
    feature = await openFeature(npmShop);
  });
  afterAll(() => feature.close());

  it('a packet that adds a workspace is judged with it installed, and so are those after its merge', async () => {
    const api = await feature.handIn(
      'api',
      {
        ...packageFiles('api', { '@shop/core': '*' }),
        'packages/api/index.js': "export { euros } from '@shop/core';\n",
        'packages/api/api.test.js': nodeTest('api answers an amount', "api.euros(100), '1 EUR'", 'api'),
      },
      ({ path: cwd }) => execa(npmLock, { cwd, shell: true }),
    );
    expect(api.red).toEqual([]);
    expect(await feature.merge(api)).toMatchObject({ kind: 'ready', tests: { total: 3 } });
    const usesApi = (text: string) => ({
      'packages/web/index.js': `import { euros } from '@shop/api';\nexport const label = (cents) => '${text} ' + euros(cents);\n`,
    });
    expect((await feature.handIn('good', usesApi('Total:'))).red).toEqual([]);
    expect((await feature.handIn('bad', usesApi('Sum:'))).red).toEqual(['web shows the total']);
    const setUps = (await feature.lines('setups')).map((tree) => path.basename(tree));
    expect(setUps.filter((name) => /good|bad/.test(name))).toEqual([]);
  });
});

const pnpm = execaSync(`${PNPM} --version`, { shell: true, reject: false, timeout: 120_000 });

describe.skipIf(pnpm.failed)(
  'in workspaces of pnpm (which has to be in the cache of npx, or a registry)',
  () => {
    let feature: OpenFeature;
    beforeAll(async () => {
      feature = await openFeature({
        files: {
          ...javascriptShop('workspace:*'),
          ...TOOL,
          'pnpm-workspace.yaml': 'packages: ["packages/*"]\n',
          'package.json':
            '{ "name": "shop", "private": true, "type": "module", "dependencies": { "tool": "file:tool.tgz" } }',
          'packages/core/tool.test.js':
            "import assert from 'node:assert';\nimport test from 'node:test';\nimport tool from 'tool';\n\ntest('the tool works', () => assert.ok(tool));\n",
        },
        checks: {
          setup: `${PNPM} install --offline --frozen-lockfile && pwd >> {dir}/setups`,
          test: javascriptTests,
        },
        config: { worktrees: { installed: ['node_modules', 'packages/web/node_modules'] } },
        prepare: `${PACK} && ${PNPM} install --offline --lockfile-only`,
      });
    });
    afterAll(() => feature.close());

    it('a packet that breaks the tests of another workspace is red, and one that adds and uses is green', async () => {
      expect((await feature.handIn('amounts', breaksWeb)).red).toEqual(['web shows the total']);
      const work = await feature.handIn('vat', addsVat);
      expect(work.red).toEqual([]);
      expect(await feature.merge(work)).toMatchObject({ kind: 'ready', tests: { total: 4, passing: 4 } });
    });

    it('nothing is copied, since pnpm notes the paths of its workspaces; each tree leads to its own', async () => {
      expect(await copyProblem(feature.shop, feature.site)).toMatch(
        /^node_modules\/.+ names the folder that it was installed in$/,
      );
      const work = await feature.handIn('readme', { 'README.md': '# Shop\n' });
      for (const tree of [work.tree, await feature.judgedIn(work)]) {
        const core = await realpath(path.join(tree.path, 'packages/web/node_modules/@shop/core'));
        expect(core).toBe(path.join(await realpath(tree.path), 'packages/core'));
      }
    });

    it('an agent that writes to an installed file reaches neither the store nor other trees', async () => {
      const work = await feature.handIn('gamed', { 'README.md': '# Gamed\n' }, async ({ path: tree }) => {
        const file = await realpath(path.join(tree, 'node_modules/tool/index.js'));
        await writeFile(file, 'throw new Error("gamed");\n');
      });
      expect(work.red).toEqual([]);
      expect((await feature.handIn('next', { 'README.md': '# Next\n' })).red).toEqual([]);
    });
  },
);

/** A build backend of the standard library alone, so that pip needs nothing but itself. */
const BACKEND = `import os, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name, info = 'shop-1.0-py3-none-any.whl', 'shop-1.0.dist-info/'
    with zipfile.ZipFile(os.path.join(folder, name), 'w') as wheel:
        wheel.writestr('shop.pth', os.path.abspath('src') + '\\n')
        wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: shop\\nVersion: 1.0\\n')
        wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        wheel.writestr(info + 'RECORD', '')
    return name

build_wheel = build_editable
`;
const PYPROJECT = `[project]
name = "shop"
version = "1.0"

[build-system]
requires = []
build-backend = "backend"
backend-path = ["tools"]
`;
const python = execaSync('python3', ['-c', 'import pip, venv'], { reject: false });

describe.skipIf(python.failed)(
  'a package that pip installed as editable (python3 with venv and pip is needed)',
  () => {
    let feature: OpenFeature;
    beforeAll(async () => {
      feature = await openFeature({
        files: { ...PYTHON_SHOP, 'pyproject.toml': PYPROJECT, 'tools/backend.py': BACKEND },
        checks: {
          setup:
            'python3 -m venv --without-pip .venv && python3 -m pip --python .venv/bin/python install --quiet --no-index --no-build-isolation -e . && pwd >> {dir}/setups',
          test: pythonTests,
        },
        config: { worktrees: { installed: ['.venv'] } },
      });
    });
    afterAll(() => feature.close());

    it('is set up in each tree, so that a break in another part is red and what uses something new is green', async () => {
      expect((await feature.handIn('amounts', pythonBreaksWeb)).red).toEqual(['test_web_shows_the_total']);
      const work = await feature.handIn('vat', pythonAddsVat);
      expect(work.red).toEqual([]);
      expect(await feature.merge(work)).toMatchObject({ kind: 'ready', tests: { total: 3, passing: 3 } });
      expect(await copyProblem(feature.shop, feature.site)).toMatch(/^\.venv\/.+ names the folder/);
      const [, ...setUps] = await feature.lines('setups');
      expect(new Set(setUps).size).toBe(5);
    });
  },
);

import type { Files } from './open-feature.ts';

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** A repository of two packages: `web` uses `core`, and each has a test. */
export const javascriptShop = (dependsAs: string): Files => ({
  '.gitignore': 'node_modules\nreport.xml\n',
  'package.json': json({ name: 'shop', private: true, type: 'module', workspaces: ['packages/*'] }),
  ...packageFiles('core', {}),
  'packages/core/index.js': "export const euros = (cents) => cents / 100 + ' EUR';\n",
  'packages/core/core.test.js': nodeTest('core writes an amount', "core.euros(250), '2.5 EUR'"),
  ...packageFiles('web', { '@shop/core': dependsAs }),
  'packages/web/index.js':
    "import { euros } from '@shop/core';\nexport const label = (cents) => 'Total: ' + euros(cents);\n",
  'packages/web/web.test.js': nodeTest('web shows the total', "web.label(250), 'Total: 2.5 EUR'", 'web'),
});

/** The package.json of a package of the shop. */
export const packageFiles = (name: string, dependencies: Readonly<Record<string, string>>): Files => ({
  [`packages/${name}/package.json`]: json({
    name: `@shop/${name}`,
    version: '1.0.0',
    type: 'module',
    exports: './index.js',
    dependencies,
  }),
});

/** A test file in which two values have to be equal. */
export const nodeTest = (title: string, values: string, name = 'core'): string =>
  `import assert from 'node:assert';
import test from 'node:test';
import * as ${name} from './index.js';

test('${title}', () => assert.equal(${values}));
`;

/** Runs the tests of all packages. */
export const javascriptTests = {
  run: 'node --test --test-reporter=junit --test-reporter-destination=report.xml packages/*/*.test.js',
  report: 'report.xml',
  files: 'packages/*/*.test.js',
};

/** Work that keeps the tests of its own package green, and breaks those of the other. */
export const breaksWeb: Files = {
  'packages/core/index.js': "export const euros = (cents) => (cents / 100).toFixed(2) + ' EUR';\n",
  'packages/core/core.test.js': nodeTest('core writes an amount', "core.euros(250), '2.50 EUR'"),
};

/** Work that adds something to one package and uses it in the other. */
export const addsVat: Files = {
  'packages/core/index.js':
    "export const euros = (cents) => cents / 100 + ' EUR';\nexport const withVat = (cents) => cents * 1.25;\n",
  'packages/web/index.js': `import { euros, withVat } from '@shop/core';
export const label = (cents) => 'Total: ' + euros(cents);
export const gross = (cents) => label(withVat(cents));
`,
  'packages/web/gross.test.js': nodeTest(
    'web shows the total with VAT',
    "web.gross(200), 'Total: 2.5 EUR'",
    'web',
  ),
};

/** Makes the lock file of npm without the network. */
export const npmLock = 'npm install --offline --package-lock-only --no-audit --no-fund';

/** The shop in workspaces of npm, its dependencies copied between trees; each set-up leaves a line. */
export const npmShop = {
  files: javascriptShop('*'),
  checks: {
    setup: 'npm ci --offline --no-audit --no-fund && pwd >> {dir}/setups',
    test: javascriptTests,
  },
  config: { worktrees: { installed: ['node_modules'] } },
  prepare: npmLock,
};

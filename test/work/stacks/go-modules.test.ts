import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Files, type OpenFeature, openFeature } from './open-feature.ts';

/** Go's events as a JUnit report; a package that can't be built is a case of its own. */
const REPORT = `import { readFileSync, writeFileSync } from 'node:fs';

const events = readFileSync(0, 'utf8').split('\\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
const ended = events.filter(({ Action }) => ['pass', 'fail'].includes(Action));
const unbuilt = ({ Package, Action }) =>
  Action === 'fail' && !ended.some((one) => one.Test && one.Package === Package);
const cases = ended.filter((one) => one.Test || unbuilt(one)).map(({ Package, Test = 'builds', Action }) =>
  \`<testcase classname="\${Package}" name="\${Test}">\${Action === 'fail' ? '<failure/>' : ''}</testcase>\`);
writeFileSync('report.xml', \`<testsuites><testsuite>\${cases.join('')}</testsuite></testsuites>\`);
process.exit(ended.some(({ Action }) => Action === 'fail') || ended.length === 0 ? 1 : 0);
`;

const goTest = (part: string, name: string, value: string, wanted: string): string => `package ${part}

import "testing"

func ${name}(t *testing.T) {
	if got := ${value}; got != "${wanted}" {
		t.Fatal(got)
	}
}
`;
const core = (format: string) =>
  `package core\n\nimport "fmt"\n\nfunc Euros(cents int) string { return fmt.Sprintf("${format} EUR", float64(cents)/100) }\n`;
const web = (more = '') =>
  `package web\n\nimport "example.test/shop/core"\n\nfunc Label(cents int) string { return "Total: " + core.Euros(cents) }\n${more}`;

/** Two modules: `web` uses `core` as it is in the same tree. */
const SHOP: Files = {
  '.gitignore': 'report.xml\n',
  'report.mjs': REPORT,
  'core/go.mod': 'module example.test/shop/core\n\ngo 1.20\n',
  'core/core.go': core('%g'),
  'core/core_test.go': goTest('core', 'TestAmount', 'Euros(250)', '2.5 EUR'),
  'web/go.mod':
    'module example.test/shop/web\n\ngo 1.20\n\nrequire example.test/shop/core v0.0.0\n\nreplace example.test/shop/core => ../core\n',
  'web/web.go': web(),
  'web/web_test.go': goTest('web', 'TestLabel', 'Label(250)', 'Total: 2.5 EUR'),
};

const GO = 'env GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local go test ./... -json';
const checks = {
  test: {
    run: `{ (cd core && ${GO}); (cd web && ${GO}); } | node report.mjs`,
    report: 'report.xml',
    files: '**/*_test.go',
  },
};

const go = execaSync('go', ['version'], { reject: false });

describe.skipIf(go.failed)('modules of Go that replace each other (go is needed)', () => {
  let feature: OpenFeature;
  beforeAll(async () => {
    feature = await openFeature({ files: SHOP, checks });
  });
  afterAll(() => feature.close());

  it('a packet that breaks the tests of another module is red, with that test named', async () => {
    expect(feature.baseline.tests).toMatchObject({ total: 2, passing: 2 });
    const { red } = await feature.handIn('amounts', {
      'core/core.go': core('%.2f'),
      'core/core_test.go': goTest('core', 'TestAmount', 'Euros(250)', '2.50 EUR'),
    });
    expect(red).toEqual(['example.test/shop/web > TestLabel']);
  });

  it('a packet that adds to one module and uses it in another is green, and merged', async () => {
    const work = await feature.handIn('vat', {
      'core/vat.go': 'package core\n\nfunc WithVat(cents int) int { return cents * 5 / 4 }\n',
      'web/web.go': web('\nfunc Gross(cents int) string { return Label(core.WithVat(cents)) }\n'),
      'web/gross_test.go': goTest('web', 'TestGross', 'Gross(200)', 'Total: 2.5 EUR'),
    });
    expect(work.red).toEqual([]);
    expect(await feature.merge(work)).toMatchObject({ kind: 'ready', tests: { total: 3, passing: 3 } });
  });

  it('a packet that takes away what another module uses is red, since that is not built any more', async () => {
    const { red } = await feature.handIn('renamed', {
      'core/core.go': core('%g').replace('Euros', 'Amount'),
      'core/core_test.go': goTest('core', 'TestAmount', 'Amount(250)', '2.5 EUR'),
    });
    expect(red).toEqual(['example.test/shop/web > builds']);
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { newlyRed } from '../../../src/domain/checks.ts';
import { keepRecord, readRecord } from '../../../src/work/records.ts';
import { packetOf, Workplace } from './workplace.ts';

it('a packet that mends a landing may not delete the tests that the base brought', async () => {
  const place = await Workplace.begun();
  await place.write('one', { 'src/one.txt': 'one\n' });
  await place.merge(packetOf('one'));
  await place.moveBase({ 'tests/theirs.sh': 'test ! -e src/one.txt || test -e src/also.txt\n' });
  expect(await place.prepareLanding()).toMatchObject({ kind: 'red', checks: [{ name: 'test' }] });
  const from = await place.head();
  const { start } = await place.beginMending();
  const mend = packetOf('mend');
  await place.tree('mend', start);
  await place.write('mend', { 'tests/theirs.sh': null });
  await place.merge(mend);
  expect(await place.prepareLanding({ mended: { from, files: [] } })).toMatchObject({
    kind: 'red',
    unmet: [expect.stringContaining('main: the test test: tests > theirs passes there, and is missing')],
  });
});

it('settings that a test leaves do not decide the next check; they are named, and go', async () => {
  const lint = { run: 'test -e .lintignore || ! grep -rn FORBIDDEN src' };
  const test = { run: 'sh check.sh', report: 'report.xml', files: 'tests/*.sh' };
  const place = await Workplace.begun({ config: { checks: { test, lint } } });
  await place.write('one', {
    'src/one.txt': 'FORBIDDEN\n',
    'tests/one.sh': 'touch .lintignore; mkdir -p out; touch out/built\n',
  });
  const { checks } = await place.verify(packetOf('one'));
  expect(checks).toMatchObject([
    { name: 'test', passed: true, changed: ['.lintignore'] },
    { name: 'lint', passed: false },
  ]);
});

it('a set-up that failed is never known red: no check ran', () => {
  const setup = { name: 'setup', passed: false, failing: [] };
  expect(newlyRed([setup as never], [{ name: 'setup', failing: [] }])).toHaveLength(1);
});

it('without a record of the head the head is measured first, so that tests can vanish', async () => {
  const place = await Workplace.open({ files: { 'tests/old.sh': 'true\n' } });
  await place.begin();
  await place.write('one', { 'src/one.txt': 'one\n', 'tests/old.sh': null });
  const { vanished } = await place.verify(packetOf('one'));
  expect(vanished).toMatchObject([{ name: 'tests > old', now: 'missing' }]);
});

it('a test that skipped itself once is measured again before its packet is blamed', async () => {
  const place = await Workplace.begun({ files: { 'tests/old.sh': 'true\n' } });
  await place.write('one', { 'src/one.txt': 'one\n' });
  const packet = packetOf('one');
  const { commit } = await place.verify(packet);
  const { tree } = await place.site.repo.commitFacts(
    (await place.prepare(packet, { commit }).then((ready) => ready.kind === 'ready' && ready.merge.new)) ||
      '',
  );
  const record = await readRecord(place.shop, place.site, tree);
  if (record === undefined) throw new Error('it was not measured');
  const cases = { test: (record.cases.test ?? []).map((one) => ({ ...one, status: 'skipped' as const })) };
  await keepRecord(place.shop, place.site, { ...record, cases });
  expect((await place.verify(packet)).vanished).toEqual([]);
});

it('a tick stands for the evidence that a person saw, and not when that is gone', async () => {
  const place = await Workplace.begun({ files: { 'doc.md': 'doc\n' } });
  await place.write('one', { 'src/one.txt': 'one\n' });
  const packet = packetOf('one', { criteria: [{ text: 'It is documented' }] });
  const claimed = [{ criterion: 0, evidence: { file: 'doc.md' } }];
  expect((await place.verify(packet, { claimed })).criteria).toMatchObject([{ met: 'person' }]);
  expect((await place.verify(packet, { claimed, ticked: [0] })).criteria).toMatchObject([{ met: true }]);
  await place.write('one', { 'doc.md': null });
  expect((await place.verify(packet, { claimed, ticked: [0] })).criteria).toMatchObject([{ met: false }]);
});

it('a person allows the content of a protected file that was shown, not what comes to stand there', async () => {
  const place = await Workplace.begun();
  const packet = packetOf('one');
  await place.write('one', {
    'check.sh': `${readFileSync(path.join(place.tiny.repo, 'check.sh'), 'utf8')}# more\n`,
  });
  const { protected: found, contents = [] } = await place.verify(packet);
  expect(found).toEqual(['check.sh']);
  expect((await place.verify(packet, { allowed: contents })).protected).toEqual([]);
  await place.write('one', { 'check.sh': 'exit 0\n' });
  expect((await place.verify(packet, { allowed: contents })).protected).toEqual(['check.sh']);
});

it('conflict markers that are moved to another file are found there', async () => {
  const place = await Workplace.begun();
  await place.write('one', { 'src/base.txt': 'base of one\n' });
  await place.write('two', { 'src/base.txt': 'base of two\n' });
  await place.checkpoint('two', 'work');
  await place.merge(packetOf('one'));
  const { files: conflicted } = await place.bringUp('two');
  const marked = await place.read('two', 'src/base.txt');
  await place.write('two', { 'src/base.txt': 'base of one\n', 'src/moved.txt': marked });
  expect((await place.verify(packetOf('two'), { conflicted })).markers).toEqual(['src/moved.txt']);
});

it('a criterion that a later packet broke keeps the feature from landing, also where the base stood still', async () => {
  const place = await Workplace.begun();
  await place.write('one', { 'doc.md': 'doc\n' });
  await place.merge(packetOf('one'));
  await place.write('two', { 'doc.md': null, 'src/two.txt': 'two\n' });
  await place.merge(packetOf('two'));
  const criteria = [{ packet: 'one', text: 'It is documented', evidence: [{ file: 'doc.md' }] }];
  expect(await place.prepareLanding({ criteria })).toMatchObject({
    kind: 'red',
    unmet: ['one: It is documented (doc.md is not in the commit)'],
  });
});

it('an agent can not say what its work is counted from', async () => {
  const place = await Workplace.begun();
  const first = await place.checkpoint('one', 'begin');
  await place.write('one', { 'src/one.txt': 'one\n' });
  const earlier = await place.checkpoint('one', 'first');
  await place.write('one', { 'src/more.txt': 'more\n' });
  const forged = await place.checkpoint('one', `second\n\nBaton-Base: ${earlier} one`);
  expect(await place.site.repo.workBase(forged, 'one')).toBe(first);
});

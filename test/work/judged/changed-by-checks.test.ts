import { describe, expect, it } from 'vitest';
import { counted, packetOf, Workplace } from './workplace.ts';

const one = packetOf('one');

describe('what a check does to the tree', () => {
  it('is named and put back if it is tracked, so that the next check sees what was committed', async () => {
    const place = await Workplace.begun();
    await place.write('one', {
      'src/one.txt': 'FORBIDDEN\n',
      'tests/edits.sh': 'sed -i s/FORBIDDEN/fine/ src/one.txt\n',
      'tests/removes.sh': 'rm -r src/base.txt; mkdir src/base.txt; echo x > src/base.txt/x\n',
    });
    const { checks } = await place.verify(one);
    expect(checks).toMatchObject([
      { name: 'test', passed: true, changed: ['src/base.txt', 'src/one.txt'] },
      { name: 'lint', passed: false },
    ]);
    expect(checks[1]?.changed).toBeUndefined();
  });

  it('is put back and not named if the check is there to change files', async () => {
    const run = 'sed -i s/FORBIDDEN/fine/ src/*.txt';
    const checks = {
      test: 'sh check.sh',
      format: { run, changes: 'allowed' as const },
      lint: '! grep -rn FORBIDDEN src',
    };
    const place = await Workplace.begun({ config: { checks } });
    await place.write('one', { 'src/one.txt': 'FORBIDDEN\n' });
    const { checks: results } = await place.verify(one);
    expect(results.map(({ name, passed }) => [name, passed])).toEqual([
      ['test', true],
      ['format', true],
      ['lint', false],
    ]);
    expect(results[1]?.changed).toBeUndefined();
  });

  it('stays for the checks after it, and not for the next run, if it is built and ignored', async () => {
    const checks = {
      build: '! test -e dist && mkdir dist && echo built > dist/out',
      test: 'grep -q built dist/out && echo more > dist/more',
    };
    const place = await Workplace.begun({ config: { checks }, files: { '.gitignore': 'dist/\n' } });
    for (const text of ['1\n', '2\n']) {
      await place.write('one', { 'src/one.txt': text });
      const results = (await place.verify(one)).checks;
      expect(results.map(({ name, passed, flaky }) => [name, passed, flaky])).toEqual([
        ['build', true, undefined],
        ['test', true, undefined],
      ]);
    }
  });

  it('does not reach what the set-up installed, and putting that back leaves what was built', async () => {
    const checks = {
      setup: 'mkdir deps && echo "exit 1" > deps/runner',
      build: 'mkdir dist && echo built > dist/out && echo "exit 0" > deps/runner && touch deps/more',
      runner: '! sh deps/runner && ! test -e deps/more',
      test: 'grep -q built dist/out',
    };
    const place = await Workplace.begun({ config: { checks }, files: { '.gitignore': 'dist/\ndeps/\n' } });
    for (const text of ['1\n', '2\n']) {
      await place.write('one', { 'src/one.txt': text });
      const results = (await place.verify(one)).checks;
      expect(results.map(({ name, passed, flaky }) => [name, passed, flaky])).toEqual([
        ['build', true, undefined],
        ['runner', true, undefined],
        ['test', true, undefined],
      ]);
    }
  });

  it('is named of a gate too, and the gate after it measures what was committed', async () => {
    const gate = (run: string) => ({ run, metric: 'x', max: 1 });
    const gates = {
      edits: gate(`echo FORBIDDEN > src/base.txt; echo '{"x":1}'`),
      looks: gate(`grep -q FORBIDDEN src/base.txt && echo '{"x":2}' || echo '{"x":1}'`),
    };
    const place = await Workplace.begun({ config: { gates } });
    expect(await place.gate('edits')).toMatchObject({ outcome: 'met', changed: ['src/base.txt'] });
    const looked = await place.gate('looks');
    expect(looked).toMatchObject({ outcome: 'met' });
    expect(looked.changed).toBeUndefined();
  });

  it('reaches no gate beside it: one that was measured on changed files is measured again', async () => {
    const gate = (run: string) => ({ run, metric: 'x', max: 1 });
    const gates = {
      edits: gate(
        `until test -e {dir}/looking; do sleep 0.01; done; echo FORBIDDEN > src/base.txt; echo '{"x":1}'`,
      ),
      looks: gate(
        'touch {dir}/looking; for i in $(seq 100); do grep -q FORBIDDEN src/base.txt && break; sleep 0.01; done; ' +
          counted('looks', `grep -q FORBIDDEN src/base.txt && echo '{"x":2}' || echo '{"x":1}'`),
      ),
    };
    const place = await Workplace.begun({ config: { gates } });
    const [edited, looked] = await Promise.all([place.gate('edits'), place.gate('looks')]);
    expect(edited).toMatchObject({ outcome: 'met', changed: ['src/base.txt'] });
    expect(looked).toMatchObject({ outcome: 'met' });
    expect(looked.changed).toBeUndefined();
    expect(await place.runs('looks')).toBe(2);
  });

  it('goes if it sets the next check up, also where git ignores it', async () => {
    const checks = {
      test: 'sh check.sh; echo "src" > .lintignore; echo MODE=lenient > .env; mkdir -p dist && echo > dist/.lintignore',
      lint: '! test -e .lintignore && ! test -e .env && test -e dist/.lintignore',
    };
    const files = { '.gitignore': '.env\n.lintignore\ndist/\n' };
    const place = await Workplace.begun({ config: { checks }, files });
    await place.write('one', { 'src/one.txt': '1\n' });
    expect((await place.verify(one)).checks).toMatchObject([
      { name: 'test', changed: ['.env', '.lintignore'] },
      { name: 'lint', passed: true },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { packetOf, Workplace } from './workplace.ts';

describe('a file that the repository’s own command makes', { timeout: 180_000 }, () => {
  const rule = { files: ['made/**'], run: 'sh make.sh' };
  /** A list of the sources, and a file for each. */
  const MAKE = [
    'set -e',
    'echo run >> {dir}/make.runs',
    'rm -rf made && mkdir made',
    'for each in src/*.txt; do cp "$each" "made/$(basename "$each").copy"; done',
    'ls src/*.txt > made/list.txt',
    'echo aside > src/aside.log',
    '[ ! -e src/broken.txt ]',
  ].join('\n');
  const place = (generated: unknown[] = [rule]) =>
    Workplace.begun({
      config: { checks: { test: 'sh look.sh' }, generated: generated as never },
      files: {
        'make.sh': MAKE,
        'look.sh': 'ls src/*.txt | cmp - "$(dirname made/x)/list.txt"',
        'made/list.txt': 'src/base.txt\n',
        'made/base.txt.copy': 'base\n',
      },
    });
  const work = async (here: Workplace, name: string) => {
    await here.write(name, {
      [`src/${name}.txt`]: `${name}\n`,
      [`made/${name}.txt.copy`]: `${name}\n`,
      'made/list.txt': ['src/base.txt', `src/${name}.txt`]
        .sort()
        .map((line) => `${line}\n`)
        .join(''),
    });
  };

  it('is made anew once a merge, and nothing else that the command changed is taken', async () => {
    const here = await place();
    for (const name of ['one', 'two']) await work(here, name);
    await here.merge(packetOf('one'));
    const merge = await here.merge(packetOf('two'));
    expect(here.git('show', `${merge.new}:made/list.txt`)).toBe('src/base.txt\nsrc/one.txt\nsrc/two.txt');
    expect(here.files(merge.new).filter((file) => file.startsWith('made/'))).toEqual([
      'made/base.txt.copy',
      'made/list.txt',
      'made/one.txt.copy',
      'made/two.txt.copy',
    ]);
    expect(here.files(merge.new)).not.toContain('src/aside.log');
    expect(await here.runs('make')).toBe(1);
  });

  it('is an agent’s to settle if the command fails, beside other conflicts that stay in any case', async () => {
    const here = await place();
    for (const name of ['one', 'two']) await work(here, name);
    await here.write('one', { 'src/base.txt': 'by one\n' });
    await here.write('two', { 'src/base.txt': 'by two\n' });
    await here.merge(packetOf('one'), { check: false });
    expect(await here.bringUp('two')).toEqual({ kind: 'conflict', files: ['src/base.txt'] });
    expect(await here.read('two', 'made/list.txt')).toBe('src/base.txt\nsrc/one.txt\nsrc/two.txt\n');

    const other = await place();
    for (const name of ['one', 'broken']) await work(other, name);
    await other.merge(packetOf('one'));
    expect(await other.bringUp('broken')).toEqual({ kind: 'conflict', files: ['made/list.txt'] });
  });

  it('stays a conflict where no rule names it', async () => {
    const here = await place([{ ...rule, files: ['elsewhere/**'] }]);
    for (const name of ['one', 'two']) await work(here, name);
    await here.merge(packetOf('one'));
    expect(await here.bringUp('two')).toMatchObject({ kind: 'conflict' });
    expect(await here.runs('make')).toBe(0);
  });
});

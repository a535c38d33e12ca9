import { expect, test } from 'vitest';
import { git } from '../../git/fixture.ts';
import { lfsContent as content, hasLfs } from '../../support/lfs.ts';
import { packetOf, Workplace } from './workplace.ts';

/** Fails unless the files that it looks at have their content. */
const IS_CONTENT = '! grep -rl git-lfs.github.com assets';

test.skipIf(!hasLfs)(
  'a packet that changes a file of Git LFS is checked on its content in every tree, and lands as a pointer',
  async () => {
    const place = await Workplace.begun({
      content,
      sandbox: 'on',
      files: { '.gitattributes': '*.bin filter=lfs -text\n', 'src/base.txt': '' },
      config: {
        checks: {
          setup: { run: IS_CONTENT },
          test: IS_CONTENT,
          lint: 'grep -q two assets/one.bin || test ! -e assets/one.bin',
        },
      },
    });
    const packet = packetOf('one', { boundaries: { inScope: ['assets/**'] } });
    await place.write('one', { 'assets/one.bin': 'two\n' });
    expect(await place.verify(packet)).toMatchObject({ outside: [] });
    await place.merge(packet);
    expect(await place.read('next', 'assets/one.bin')).toBe('two\n');
    const ready = await place.readyToLand();
    await place.land(ready);
    expect(await place.tiny.git('show', 'main:assets/one.bin')).toContain('version https://git-lfs');
    git(place.tiny.repo, 'lfs', 'install', '--local');
    git(place.tiny.repo, 'checkout', '--quiet', 'main');
    expect(await place.tiny.git('lfs', 'fsck')).toContain('OK');
  },
);

import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  NotRegular,
  openToAppend,
  piecesOf,
  readIfRegular,
  readIfThere,
  readRegular,
  readRegularText,
  withRegularFile,
} from '../../src/files/regular-file.ts';
import { fifo, temporaryFolder } from '../git/fixture.ts';

let folder: string;
const at = (name: string) => path.join(folder, name);
beforeEach(() => {
  folder = temporaryFolder();
  writeFileSync(at('file'), 'text\n');
});

describe('the reader', () => {
  it('reads a regular file whole, and one of which the system tells no size', async () => {
    expect(await readRegularText(at('file'))).toBe('text\n');
    expect(await readRegularText('/proc/self/status')).toContain('Pid:');
    writeFileSync(at('large'), Buffer.alloc(3_000_000, 7));
    expect((await readRegular(at('large'))).equals(Buffer.alloc(3_000_000, 7))).toBe(true);
  });

  it.each(['a FIFO', 'a folder', 'a link to nothing regular', 'a device', 'a link'])(
    'refuses %s at once',
    async (what) => {
      const file = at('other');
      if (what === 'a FIFO') fifo(file);
      if (what === 'a folder') mkdirSync(file);
      if (what === 'a link') symlinkSync(at('file'), file);
      if (what === 'a link to nothing regular') symlinkSync('/dev/zero', file);
      const wanted = what === 'a device' ? '/dev/zero' : file;
      await expect(readRegular(wanted)).rejects.toBeInstanceOf(NotRegular);
      expect(await readIfRegular(wanted)).toBeUndefined();
      if (what === 'a link') expect(await readRegularText(wanted, { links: 'followed' })).toBe('text\n');
      else await expect(readRegular(wanted, { links: 'followed' })).rejects.toThrow('not a regular file');
    },
  );

  it('takes no more than it is told to, also of a file that says it has nothing', async () => {
    await expect(readRegular(at('file'), { most: 4 })).rejects.toThrow('larger than 4 bytes');
    await expect(readRegular('/proc/self/status', { most: 4 })).rejects.toThrow('larger than 4 bytes');
    expect((await readRegular(at('file'), { most: 5 })).length).toBe(5);
    // A hole: larger than all memory, and no byte on the disk.
    writeFileSync(at('hole'), '');
    truncateSync(at('hole'), 2 ** 42);
    await expect(readRegular(at('hole'))).rejects.toBeInstanceOf(NotRegular);
  });

  it('says that nothing is there only if nothing is', async () => {
    expect(await readIfThere(at('nowhere'))).toBeUndefined();
    expect(await readIfThere(at('file/below'))).toBeUndefined();
    fifo(at('pipe'));
    await expect(readIfThere(at('pipe'))).rejects.toBeInstanceOf(NotRegular);
    await expect(readRegular(at('nowhere'))).rejects.toThrow('ENOENT');
  });

  it('streams a file as far as it went when it was opened', async () => {
    const pieces: Buffer[] = [];
    await withRegularFile(at('file'), async (open) => {
      for await (const piece of piecesOf(open)) {
        pieces.push(piece);
        appendFileSync(at('file'), 'more\n');
      }
    });
    expect(Buffer.concat(pieces).toString()).toBe('text\n');
  });
});

it.each(['nothing', 'a file', 'a FIFO', 'a link', 'a folder'])(
  'appends where there is %s, to a file',
  (what) => {
    const file = at('log');
    if (what === 'a file') writeFileSync(file, 'first\n');
    if (what === 'a FIFO') fifo(file);
    if (what === 'a link') symlinkSync(at('file'), file);
    if (what === 'a folder') mkdirSync(path.join(file, 'x'), { recursive: true });
    writeSync(openToAppend(file), 'second\n');
    expect(readFileSync(file, 'utf8')).toBe(what === 'a file' ? 'first\nsecond\n' : 'second\n');
    expect(readFileSync(at('file'), 'utf8')).toBe('text\n');
  },
);

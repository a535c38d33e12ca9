import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dependencies } from '../../../src/cli/commands/packet.ts';
import { readPacketFolder } from '../../../src/packets/read-packet-folder.ts';
import { baton } from '../in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-packet-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const packetNew = (...args: string[]) => baton('packet', 'new', ...args);

describe('baton packet new', () => {
  it('writes files that together are a plan, and says what is missing yet', async () => {
    const dir = path.join(folder, 'plan');
    const api = await packetNew('api', '--dir', dir, '--depends', 'soft:db, errors');
    expect(api).toMatchObject({ stdout: path.join(dir, 'api.md'), exitCode: 0 });
    expect(api.stderr).toContain(`There is no packet "db" in ${dir} yet.`);
    expect(await packetNew('db', '--dir', dir, '--objective', 'Store users')).toMatchObject({ exitCode: 0 });
    expect(await packetNew('errors', '--dir', dir)).toMatchObject({ exitCode: 0 });
    const read = await readPacketFolder(dir, { feature: 'users' });
    expect({ problems: read.problems, warnings: read.warnings }).toEqual({ problems: [], warnings: [] });
    expect(
      read.packets.map(({ id, objective, dependencies: on }) => [id, objective.slice(0, 11), on]),
    ).toEqual([
      [
        'api',
        'To be writt',
        [
          { packet: 'db', type: 'soft' },
          { packet: 'errors', type: 'hard' },
        ],
      ],
      ['db', 'Store users', []],
      ['errors', 'To be writt', []],
    ]);
  });

  it('never overwrites, neither a file nor a packet of that id in another', async () => {
    const dir = path.join(folder, 'kept');
    await packetNew('db', '--dir', dir, '--objective', 'Mine');
    const mine = await readFile(path.join(dir, 'db.md'), 'utf8');
    expect(await packetNew('db', '--dir', dir)).toMatchObject({ stdout: '', exitCode: 2 });
    await writeFile(path.join(dir, 'notes.md'), 'no packet\n');
    const notes = await packetNew('notes', '--dir', dir);
    expect(notes).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('it is left as it is') });
    await writeFile(
      path.join(dir, 'other.md'),
      mine.replace('packet: db', 'packet: sql').replace('Packet: db', 'Packet: sql'),
    );
    const sql = await packetNew('sql', '--dir', dir);
    expect(sql).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(path.join(dir, 'other.md')) });
    expect((await readdir(dir)).sort()).toEqual(['db.md', 'notes.md', 'other.md']);
    expect(await readFile(path.join(dir, 'db.md'), 'utf8')).toBe(mine);
  });

  it('refuses ids, dependencies and objectives that can not be', async () => {
    const dir = path.join(folder, 'none');
    const refused = async (...args: string[]) => {
      const { stdout, stderr, exitCode } = await packetNew('--dir', dir, ...args);
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
      return stderr;
    };
    expect(await refused('Not An Id')).toContain('is not a packet id');
    expect(await refused('../x')).toContain('is not a packet id');
    expect(await refused('integration')).toContain('is reserved');
    expect(await refused('a', '--depends', 'a')).toContain("can't wait for itself");
    expect(await refused('a', '--objective', 'x'.repeat(2001))).toContain('`objective` is too large');
    expect(await readdir(folder)).not.toContain('none');
  });
});

describe('--depends', () => {
  it('is a list of packets with hard or soft before them', () => {
    expect(dependencies('hard:a, soft:b,c')).toEqual([
      { packet: 'a', type: 'hard' },
      { packet: 'b', type: 'soft' },
      { packet: 'c', type: 'hard' },
    ]);
  });
  it.each(['', 'a,', 'weak:a', 'hard:', 'soft:../x', 'a,a', 'hard:a,soft:a'])('is not %j', (text) => {
    expect(() => dependencies(text)).toThrow();
  });
});

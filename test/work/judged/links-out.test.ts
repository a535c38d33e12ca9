import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { packetOf, Workplace } from './workplace.ts';

it('a link that leads out of the repository is sent back, since what it leads to is judged and does not land', async () => {
  const place = await Workplace.begun();
  const tree = await place.write('one', { 'src/one.txt': 'one\n' });
  await symlink(path.join(tree, 'src'), path.join(tree, 'own'));
  await symlink('../one/src', path.join(tree, 'sibling'));
  await symlink('src/one.txt', path.join(tree, 'within'));
  const packet = packetOf('one');
  expect(await place.verify(packet)).toMatchObject({ linksOut: ['own', 'sibling'], checks: [] });
  const allowed = ['own', 'sibling'];
  expect(await place.verify(packet, { allowed })).toMatchObject({ linksOut: [], outside: [] });
});

import { generateKeyPairSync } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { leftovers } from '../../src/work/leftovers.ts';
import { Workshop } from '../../src/work/workshop.ts';
import { git } from '../git/fixture.ts';
import { Workplace } from './judged/workplace.ts';

const VALUE = 'Zx81/qwert+0aa=';
const COPIED = 'Yw92/asdfg+1bb=';
const NAME = 'BATON_TEST_PHRASE';
const KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

it('commits nothing of a tree that gives a secret away, known of its baton.yaml or by the rules', async () => {
  process.env[NAME] = VALUE;
  onTestFinished(() => {
    delete process.env[NAME];
  });
  const place = await Workplace.open({
    config: { worktrees: { copy: ['local.env'] }, release: { env: [NAME], staging: { deploy: 'true' } } },
    files: { '.gitignore': 'local.env\n', 'local.env': `TOKEN=${COPIED}\n` },
  });
  await place.begin();
  await place.write('one', {
    'src/one.txt': 'one\n',
    'src/named.txt': `phrase = ${VALUE}\n`,
    'src/copied.txt': `token = ${COPIED}\n`,
    'src/key.pem': KEY,
  });
  // Of a worker that was started since, and has opened no feature.
  const { home, store } = place.shop;
  const [reaped] = await leftovers(new Workshop(home, store, undefined, 1, 'off'), async () => true);
  expect(reaped?.problems).toEqual([]);
  const { hub } = place.site.repo;
  const work = 'refs/baton/work/prefs/one/1';
  expect(git(hub.url, 'ls-tree', '-r', '--name-only', work, 'src/').split('\n')).toEqual([
    'src/base.txt',
    'src/one.txt',
  ]);
});

it('commits files as the git of the person who started the feature converts them', async () => {
  const veil = { name: 'veil', clean: 'tr a-z n-za-m', smudge: 'tr a-z n-za-m', required: true };
  const place = await Workplace.open({
    content: { filters: [veil] },
    files: { '.gitattributes': '*.veiled filter=veil\n' },
  });
  await place.begin();
  await place.write('one', { 'src/one.veiled': 'plain words\n' });
  const { home, store } = place.shop;
  const [reaped] = await leftovers(new Workshop(home, store, undefined, 1, 'off'), async () => true);
  expect(reaped?.problems).toEqual([]);
  const { hub } = place.site.repo;
  expect(git(hub.url, 'show', 'refs/baton/work/prefs/one/1:src/one.veiled')).toBe('cynva jbeqf');
});

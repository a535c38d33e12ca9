import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { packetOf, Workplace } from './workplace.ts';

const VALUE = 'Zx81/qwert+0aa=';
const KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
/** As services make them, of no account anywhere. */
const TOKEN = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;

const begun = async (files: Readonly<Record<string, string>> = {}) => {
  const place = await Workplace.open({ files });
  await place.begin();
  place.shop.secrets.add([{ name: 'API_KEY', value: VALUE }]);
  return place;
};
const packet = packetOf('one');
const committed = async (place: Workplace, commit: string) =>
  (await place.site.repo.listFilesAt(commit)).filter((file) => file.startsWith('src/'));

describe('work that gives a secret away', () => {
  it('goes back to the agent, until a person allows just this content', async () => {
    const place = await begun();
    const base64 = Buffer.from(`key: ${VALUE}`)
      .toString('base64')
      .match(/.{1,8}/g);
    const work = {
      'src/one.txt': 'one\n',
      'src/raw.txt': `key = ${VALUE}\n`,
      'src/wrapped.txt': `${base64?.join('\n')}\n`,
      'src/key.pem': KEY,
      'src/token.txt': `token: ${TOKEN}\n`,
      [`src/${encodeURIComponent(VALUE)}.txt`]: 'a name\n',
    };
    await place.write('one', work);
    const { secrets = [], checks, commit } = await place.verify(packet);
    expect(Object.fromEntries(secrets.map(({ path, what }) => [path, what]))).toEqual({
      'src/raw.txt': 'it has the value of API_KEY',
      'src/wrapped.txt': 'it has the value of API_KEY',
      'src/[API_KEY].txt': 'its name has the value of API_KEY',
      'src/key.pem': expect.stringMatching(/private key/i),
      'src/token.txt': expect.stringMatching(/github/i),
    });
    expect(JSON.stringify(secrets)).not.toContain(TOKEN);
    expect(checks).toEqual([]);
    expect(await committed(place, commit)).toEqual(['src/base.txt', 'src/one.txt']);

    const allowed = secrets.map(({ allowance }) => allowance);
    await place.write('one', { 'src/raw.txt': `another key = ${VALUE}\n` });
    const second = await place.verify(packet, { allowed, check: false });
    expect(second.secrets?.map(({ path }) => path)).toEqual(['src/raw.txt']);
    await place.write('one', { 'src/raw.txt': null });
    const third = await place.verify(packet, { allowed, check: false });
    expect(third.secrets).toBeUndefined();
    expect(await committed(place, third.commit)).toContain('src/token.txt');
  });

  it('is none where the base has it already, and where examples and words only look like it', async () => {
    const place = await begun({ 'src/old.txt': `key = ${VALUE}\n${TOKEN}\n` });
    await place.write('one', {
      'src/old.txt': `key = ${VALUE}\n${TOKEN}\nmore\n`,
      'src/words.txt':
        'password = "changeme"\nAPI_KEY=$API_KEY\nhash: 0123456789abcdef0123456789abcdef01234567\n',
      'docs/keys.md': 'It begins with `-----BEGIN PRIVATE KEY-----`.\n',
    });
    expect((await place.verify(packet, { check: false })).secrets).toBeUndefined();
  });

  it('has no secret in the messages of its commits', async () => {
    const place = await begun();
    await place.write('one', { 'src/one.txt': 'one\n' });
    const commit = await place.checkpoint('one', `with ${VALUE}`);
    const [made] = await place.site.repo.log(await place.head(), commit);
    expect(made?.message).toContain('one: with [API_KEY]');
  });
});

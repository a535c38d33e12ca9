import { expect, test } from 'vitest';
import { KnownSecrets } from '../../../src/processes/secrets/known-secrets.ts';
import { valuesIn } from '../../../src/processes/secrets/settings-file.ts';
import { secretsInUrls, splitCredential } from '../../../src/processes/secrets/url-credentials.ts';

const known = (values: Readonly<Record<string, string>>): string[] => {
  const secrets = new KnownSecrets();
  secrets.add(Object.entries(values).map(([name, value]) => ({ name, value })));
  return secrets.list.map(({ name }) => name);
};

test('words, regions, figures, paths and addresses are no secrets; what a name calls a secret is one', () => {
  expect(
    known({
      NODE_ENV: 'production',
      REGION: 'eu-central-1',
      MODE: 'json,text',
      VERSION: 'v1.22.3',
      PORT: '30000000',
      TOOLS: '/opt/tools/bin',
      BASE: 'http://localhost:8080/api/v1',
      API_KEY: 'abcdef',
      DB_PASSWORD: 'letmein',
      PLAIN: 'Zx81-qwert-0aa',
      HOOK: 'https://hooks.example/services/T00/b2xpdmVyIHR3aXN0IGlz9',
      SHORT_TOKEN: 'abc',
      GIT_AUTHOR_EMAIL: 'ada@localhost.example',
      MAX_TOKENS: '200000',
      DATABASE_PASSWORD: 'postgres',
      TITLE: 'The title of an application',
      LOCK_PIN: '200001',
      dbKey: 'qwerty',
    }),
  ).toEqual(['API_KEY', 'DB_PASSWORD', 'PLAIN', 'HOOK', 'LOCK_PIN', 'dbKey']);
});

test('a value has one name, and comes once', () => {
  const secrets = new KnownSecrets();
  secrets.add([{ name: 'A_KEY', value: 'value-1234-x' }]);
  const { list } = secrets;
  secrets.add([{ name: 'B_KEY', value: 'value-1234-x' }]);
  expect(secrets.list).toBe(list);
  secrets.add([{ name: 'PIN', value: '123456' }]);
  const commit = `123456${'a'.repeat(34)}`;
  expect(secrets.deep({ commit, note: commit })).toEqual({ commit, note: `[PIN]${'a'.repeat(34)}` });
  expect(secrets.deep({ 'value-1234-x': ['<value-1234-x>'], outcome: 'production' })).toEqual({
    '[A_KEY]': ['<[A_KEY]>'],
    outcome: 'production',
  });
});

test('the values of a file of settings are found, whatever it is written in', () => {
  const values = (text: string) => valuesIn(text).map(({ value }) => value);
  expect(
    values(
      [
        '# remark',
        'A=plain-1 # with a remark',
        'export B="quoted \\"2\\"\\nline"',
        "C='single 3'",
        ' D: yaml-4',
        '//registry.example/:_authToken=npm_5',
        'URL=postgres://user:pass%2Fword@db/x',
        'E="two',
        'lines"',
      ].join('\n'),
    ),
  ).toEqual(
    expect.arrayContaining([
      'plain-1',
      'quoted "2"\nline',
      'single 3',
      'yaml-4',
      'npm_5',
      'pass/word',
      'two\nlines',
    ]),
  );
  expect(values('{"a": {"private": ["x-1", 7]}}')).toEqual(['x-1', '7']);
});

test('what stands before the host is a secret if it lets somebody in', () => {
  expect(splitCredential('https://user:p@ss:w@host/x')).toEqual({
    url: 'https://host/x',
    credential: { username: 'user', password: 'p@ss:w' },
  });
  expect(splitCredential('https://ghp_0123456789abcdefghij@host/x').url).toBe('https://host/x');
  for (const url of ['https://alice@host/x', 'ssh://git@host/x', 'git@host:x', '/a/b', 'https://host/a@b'])
    expect(splitCredential(url)).toEqual({ url });
  expect(secretsInUrls('PROXY', 'http://u:secret-1@p:3128, https://h/ git://x:secret-2@y')).toEqual([
    { name: 'PROXY_PASSWORD', value: 'secret-1' },
    { name: 'PROXY_PASSWORD', value: 'secret-2' },
  ]);
});

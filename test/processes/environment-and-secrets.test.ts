import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowedEnvironment } from '../../src/processes/environment.ts';
import { lastJsonDocument } from '../../src/processes/json-document.ts';
import { blotOut, blotOutDeep, SecretFilter, secretsOf } from '../../src/processes/secrets/secrets.ts';
import { tailOf } from '../../src/processes/tail-text.ts';

test('only what is on the list is handed on, and what Baton sets wins', () => {
  const from = {
    PATH: '/bin',
    HOME: '/root',
    LC_ALL: 'C',
    HTTPS_PROXY: 'p',
    npm_config_registry: 'r',
    NODE_EXTRA_CA_CERTS: 'c',
    MY_KEY: 'k',
    AWS_SECRET_ACCESS_KEY: 'no',
    TEMPORAL_ADDRESS: 'no',
    NODE_OPTIONS: 'no',
    npm_config__authToken: 'no',
    npm_config_local_prefix: 'no',
    BATON_HOME: 'no',
    LD_PRELOAD: 'no',
  };
  expect(
    allowedEnvironment({ extra: ['MY_KEY', 'NOT_SET'], set: { HOME: '/agent', TZ: undefined }, from }),
  ).toEqual({
    PATH: '/bin',
    HOME: '/agent',
    LC_ALL: 'C',
    HTTPS_PROXY: 'p',
    npm_config_registry: 'r',
    NODE_EXTRA_CA_CERTS: 'c',
    MY_KEY: 'k',
  });
  expect(() => allowedEnvironment({ extra: ['TEMPORAL_API_KEY'], from })).toThrow(/TEMPORAL_API_KEY.*never/);
});

test('values are blotted out as they are, in JSON and in URLs; short ones are no secrets', () => {
  const secrets = secretsOf(['KEY', 'LONGER', 'SHORT', 'NONE'], {
    KEY: 'a"b/c+d',
    LONGER: 'a"b/c+dé!',
    SHORT: 'true',
  });
  expect(secrets.map(({ name }) => name)).toEqual(['KEY', 'LONGER']);
  const text = `a"b/c+d ${JSON.stringify('a"b/c+d')} ?q=${encodeURIComponent('a"b/c+d')} a"b/c+dé! true`;
  expect(blotOut(text, secrets)).toBe('[KEY] "[KEY]" ?q=[KEY] [LONGER] true');
  expect(
    blotOutDeep({ type: 'secret', list: [{ 'x-secret': 'my secret' }, 7, null] }, [
      { name: 'S', value: 'secret' },
    ]),
  ).toEqual({
    type: 'secret',
    list: [{ 'x-[S]': 'my [S]' }, 7, null],
  });
});

test('however a text is cut, its filter keeps the same as the whole text does', () => {
  const secrets = [
    { name: 'S', value: 'abcabd' },
    { name: 'T', value: 'bdabcx' },
  ];
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', 'd', 'x', 'abcabd', 'bdabcx'),
    maxLength: 30,
  });
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 9 })), (whole, cuts) => {
      const filter = new SecretFilter(secrets);
      let at = 0;
      let kept = '';
      for (const cut of [...cuts, whole.length]) {
        kept += filter.push(whole.slice(at, at + cut));
        at += cut;
      }
      kept += filter.end();
      for (const { value } of secrets) expect(kept).not.toContain(value);
    }),
  );
});

test('the last JSON document is found, whatever stands around it', () => {
  expect(lastJsonDocument('{"a":1}')).toEqual({ a: 1 });
  expect(lastJsonDocument('{"a":1}\nlog {"b":2}\n[3]\nend')).toEqual([3]);
  expect(lastJsonDocument('x\n  {\n    "a": [\n      1\n    ]\n  }\ny')).toEqual({ a: [1] });
  expect(lastJsonDocument('{"a": 1,\n "b": 2}\ndone {x}')).toEqual({ a: 1, b: 2 });
  // Its start is lost: neither an inner object nor an older document is taken for it.
  expect(lastJsonDocument('{"old":1}\n  "a": {\n    "b": 1\n  }\n}')).toBeUndefined();
  for (const text of ['', 'none', '{"a":', '7', '}\n]\n}', '"text"'])
    expect(lastJsonDocument(text)).toBeUndefined();
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.integer({ min: 0, max: 4 }),
      (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(lastJsonDocument(`> run\nlog\n${text}\n`)).toEqual(JSON.parse(text));
      },
    ),
  );
});

test('a tail has no colours, is bounded, and starts with a whole line', () => {
  expect(tailOf('\u001b[31mred\u001b[0m\n')).toBe('red');
  const tail = tailOf(Array.from({ length: 1000 }, (_, i) => `line ${i}`).join('\n'), 100);
  expect(tail.length).toBeLessThanOrEqual(100);
  expect(tail).toMatch(/^…\nline \d+\n[\s\S]*line 999$/);
});

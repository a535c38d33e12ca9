import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blotOut, isLongEnough, SecretFilter, secretIn } from '../../../src/processes/secrets/secrets.ts';

/** Of no secret below, nor of any encoding. */
const OTHER = '·';

const secret = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 6, maxLength: 60 }),
    fc.string({ unit: 'binary-ascii', minLength: 6, maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'ab+/\\n"\' \n-'), minLength: 6, maxLength: 30 }),
    fc.base64String({ minLength: 8, maxLength: 80 }),
  )
  .filter((text) => isLongEnough(text) && !text.includes(OTHER));

const wellFormed = (text: string): string => Buffer.from(text).toString();
const squeezed = (text: string): string => text.replace(/[\s\0\u00a0]/g, '');

/** As programs write it, made without any code that is tested here. */
const spellings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(text),
  (text) => JSON.stringify(JSON.stringify(text)),
  (text) => encodeURIComponent(text),
  (text) => new URLSearchParams({ q: text }).toString(),
  (text) => Buffer.from(text).toString('hex'),
  (text) => Buffer.from(text).toString('hex').toUpperCase(),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(`${text}\n`).toString('base64'),
];

/** Text in pieces, as a pipe gives it. */
const filtered = (text: string, value: string, cuts: readonly number[]): string => {
  const filter = new SecretFilter([{ name: 'S', value }]);
  let kept = '';
  let at = 0;
  for (const cut of [...cuts, text.length]) {
    kept += filter.push(text.slice(at, at + cut));
    at += cut;
  }
  return kept + filter.end();
};
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 });

test('a secret of any content is gone as it is, in JSON, in URLs, in hex and in base64, however it comes in pieces', () => {
  fc.assert(
    fc.property(secret, fc.constantFrom(...spellings), cuts, (value, spelled, at) => {
      const form = spelled(wellFormed(value));
      const text = `${OTHER}${form}${OTHER}`;
      const kept = filtered(text, wellFormed(value), at);
      expect(kept).toContain('[S]');
      expect(squeezed(kept)).not.toContain(squeezed(form));
      expect(kept).toBe(blotOut(text, [{ name: 'S', value: wellFormed(value) }]));
    }),
    { numRuns: 400 },
  );
});

test('base64 is found wherever the secret begins in what was encoded', () => {
  const bytes = fc.uint8Array({ maxLength: 10 });
  fc.assert(
    fc.property(secret, bytes, bytes, (value, before, after) => {
      const whole = wellFormed(value);
      const text = Buffer.concat([before, Buffer.from(whole), after]).toString('base64');
      const kept = blotOut(text, [{ name: 'S', value: whole }]);
      expect(kept).toContain('[S]');
      // What is left decides no byte of the secret.
      const left = kept.replaceAll('[S]', '').length;
      expect(left).toBeLessThanOrEqual(Math.ceil(((before.length + after.length) * 8) / 6) + 6);
    }),
  );
});

test('line breaks, escaped ones, indentation, colours and signs of a diff hide nothing', () => {
  const breaks = [
    '\n',
    '\r\n',
    '\n    ',
    '\\n',
    '\\r\\n',
    '\u001b[31m',
    '\\u001b[31m',
    '\u001b[0m\n',
    '\n+',
    '\n> ',
    '\n# ',
    '\n| ',
  ];
  const token = fc.base64String({ minLength: 16, maxLength: 80 });
  fc.assert(
    fc.property(
      token,
      fc.constantFrom(...spellings),
      fc.constantFrom(...breaks),
      fc.nat(),
      cuts,
      (...given) => {
        const [value, spelled, between, width, at] = given;
        const form = spelled(value);
        const lines = form.match(new RegExp(`.{1,${3 + (width % form.length)}}`, 'g')) ?? [];
        const kept = filtered(`${OTHER}${lines.join(between)}${OTHER}`, value, at);
        expect(kept).toContain('[S]');
        for (const line of lines.filter(({ length }) => length > 8)) expect(kept).not.toContain(line);
      },
    ),
    { numRuns: 400 },
  );
});

test('each long line of a key goes, also where it stands alone', () => {
  const key = `-----BEGIN KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0B'}\n${'AQEFAASCBKcwggSjAgEAAoIB'}\n-----END KEY-----\n`;
  const diff = key
    .split('\n')
    .map((line) => `@@ +${line}`)
    .join('\n');
  const kept = blotOut(diff, [{ name: 'KEY', value: key }]);
  expect(kept).not.toMatch(/MII|AQE/);
});

test('text that only has parts of a secret stays as it is', () => {
  const secrets = [{ name: 'S', value: 'abcdefghij' }];
  for (const text of ['abcdefghi', 'abcde fghij', 'bcdefghij', '', 'a', 'abcdefghi\n', 'abc\\'])
    expect(filtered(text, 'abcdefghij', [3, 1])).toBe(text);
  expect(secretIn('abcdefghi', secrets)).toBeUndefined();
  expect(secretIn('x abcde\nfghij', secrets)).toBe('S');
});

test('a secret that overlaps another leaves nothing of both', () => {
  const secrets = [
    { name: 'ONE', value: 'abcdefgh' },
    { name: 'TWO', value: 'efghijklmn' },
  ];
  expect(blotOut('<abcdefghijklmn>', secrets)).toBe('<[TWO]>');
});

test('20 MiB of log with fifty secrets take seconds, and one that begins over and over no longer', () => {
  const secrets = Array.from({ length: 50 }, (_, i) => ({
    name: `S${i}`,
    value: `${i}-Zq${Buffer.from(`secret ${i * 7919}`).toString('base64')}`,
  }));
  const line =
    'PASS src/some/file.test.ts (12.3 ms) {"level":"info","msg":"ok\\n"} c2VjcmV0 0123456789abcdef\n';
  const often = ['7-ZqC2Vj', '\\', '\\x', '\u001b[', '\u001b[1', '7\u001b[', '7\n+', '7\\n'];
  const logs = [
    line.repeat(Math.ceil((20 * 1024 * 1024) / line.length)),
    ...often.map((text) => text.repeat(128 * 1024)),
    `\u001b[${'1'.repeat(1024 * 1024)}`,
  ];
  for (const log of logs) {
    const began = process.cpuUsage();
    const filter = new SecretFilter(secrets);
    let kept = 0;
    for (let at = 0; at < log.length; at += 65536) kept += filter.push(log.slice(at, at + 65536)).length;
    expect(kept + filter.end().length).toBe(log.length);
    // 0.6 s of a processor's time on the machine that it was written on, however busy that is.
    expect(process.cpuUsage(began).user).toBeLessThan(6_000_000);
  }
});

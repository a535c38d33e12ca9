import { expect, test } from 'vitest';
import { decodeText } from '../../src/checks/decode-text.ts';

const XML = '<?xml version="1.0" encoding="utf-16"?><a name="ä"/>';
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each([
  ['UTF-8', Buffer.from('ä'), 'ä'],
  ['UTF-8 with a mark', Buffer.from('\uFEFFä'), 'ä'],
  ['UTF-16 with a mark', Buffer.from(`\uFEFF${XML}`, 'utf16le'), XML],
  ['UTF-16 without one', Buffer.from(XML, 'utf16le'), XML],
  ['UTF-16 the other way round', swapped(`\uFEFF${XML}`), XML],
  ['UTF-16 the other way round without a mark', swapped(XML), XML],
  ['UTF-8 that says it were UTF-16', Buffer.from(XML), XML],
  [
    'Latin-1, as its XML says',
    Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a name="ä"/>', 'latin1'),
    '<?xml version="1.0" encoding="ISO-8859-1"?><a name="ä"/>',
  ],
  ['nothing', Buffer.alloc(0), ''],
])('a report in %s is read', (_, bytes, text) => {
  expect(decodeText(bytes)).toBe(text);
});

test('what is binary, or in an encoding that nobody knows, is refused with what to do', () => {
  expect(() => decodeText(Buffer.from('abc\0\0def'))).toThrow('it is binary: name the report');
  expect(() => decodeText(Buffer.from('<?xml version="1.0" encoding="klingon"?><a/>'))).toThrow(
    "its encoding klingon isn't known: let the tool write UTF-8",
  );
});

/** How programs print a value: as it is, escaped for the language around it, or encoded. */

/** Lines of a value with several (a private key) that are long enough to be secrets of their own. */
const LONG_LINE = 16;

/** Every form of a value that is blotted out. Whitespace in them is of no account: see matcher.ts. */
export function formsOf(value: string): string[] {
  // Halves of a character can't be written as UTF-8: they are printed as another one.
  const whole = Buffer.from(value).toString();
  const lines = whole.split('\n').filter((line) => line.trim().length >= LONG_LINE);
  const texts = lines.length > 1 ? [whole, ...lines] : [whole];
  return [...new Set(texts.flatMap((text) => [...escaped(text), ...encoded(text)]))];
}

/** As it is, and as JSON, URLs, XML and shells write it. */
function escaped(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const xml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    text,
    ...inJson(json),
    // A string of JSON in a string of JSON.
    ...inJson(JSON.stringify(json).slice(1, -1)),
    ...inUrl(text),
    xml,
    ...['&apos;', '&#39;', '&#x27;', '&#039;'].map((quote) =>
      xml.replaceAll('"', '&quot;').replaceAll("'", quote),
    ),
    text.replaceAll("'", "'\\''"),
    text.replace(/[^\w/.:@%+=,-]/g, '\\$&'),
  ];
}

const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const inJson = (json: string): string[] => [
  json,
  json.replaceAll('/', '\\/'),
  json.replace(/[^\0-\x7f]/g, unicode),
  json.replace(/[<>&]/g, unicode),
];

/** Servers and libraries differ in what they leave as it is, and in the case of hexadecimal digits. */
function inUrl(text: string): string[] {
  const strict = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const inForm = new URLSearchParams({ q: text }).toString().slice('q='.length);
  const forms = [encodeURIComponent(text), strict, inForm].flatMap((form) => [
    form,
    form.replaceAll('%2F', '/'),
  ]);
  return forms
    .flatMap((form) => [form, form.replaceAll('%20', '+')])
    .flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

/** base64 wherever it begins in what is encoded, and hexadecimal. */
function encoded(text: string): string[] {
  const bytes = Buffer.from(text);
  const trimmed = Buffer.from(text.trim());
  const json = Buffer.from(JSON.stringify(text).slice(1, -1));
  const hex = trimmed.toString('hex');
  const pairs = hex.match(/../g) ?? [];
  const spelled = [
    hex,
    pairs.join(':'),
    pairs.join('-'),
    ...['\\x', '%', '0x'].map((sign) => sign + pairs.join(sign)),
  ];
  return [
    ...[bytes, trimmed, json].flatMap(inBase64),
    ...spelled.flatMap((form) => [form, form.replace(/[a-f]/g, (digit) => digit.toUpperCase())]),
    pairs.map((pair) => `0x${pair}`).join(','),
  ];
}

/** The characters that only these bytes decide, after 0, 1 and 2 bytes of something else. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const first = Math.ceil((8 * before) / 6);
    const form = text.slice(first, Math.floor((8 * (before + bytes.length)) / 6));
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

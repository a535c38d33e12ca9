import type { Secret } from './secrets.ts';
import { secretsInUrls } from './url-credentials.ts';

/** `NAME=value`, `export NAME="value"`, `name: value`, `//host/:_authToken=value`; a quoted value may have several lines. */
const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?["']?([\w./:@-]*?[\w-])["']?[ \t]*[=:][ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|`([^`]*)`|([^\n]*))/gm;
const PRIVATE_KEY = /-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g;

/** A value may be written with escapes, and may be read with or without them. */
const unescaped = (text: string): string[] => [
  text,
  text
    .replaceAll('\\n', '\n')
    .replaceAll('\\r', '\r')
    .replaceAll('\\t', '\t')
    .replace(/\\(["\\$])/g, '$1'),
];

/** The values in a file of settings (`.env`, INI, YAML, JSON), each with its name. */
export function valuesIn(text: string): Secret[] {
  const json = inJson(text);
  const values =
    json ??
    [...text.matchAll(ASSIGNMENT)].flatMap(([, name = '', double, single, back, bare]) => {
      if (double !== undefined) return unescaped(double).map((value) => ({ name, value }));
      const plain = single ?? back;
      if (plain !== undefined) return [{ name, value: plain }];
      // With and without a remark behind it: programs differ in what they take for one.
      const whole = (bare ?? '').trim();
      const beforeRemark = whole.replace(/\s+#.*$/, '').trim();
      return [whole, beforeRemark].map((value) => ({ name, value }));
    });
  const keys = [...text.matchAll(PRIVATE_KEY)].map(([value]) => ({ name: 'PRIVATE_KEY', value }));
  const distinct = new Map([...keys, ...values].map((one) => [one.value, one]));
  return [...distinct.values()].flatMap((one) => [one, ...secretsInUrls(one.name, one.value)]);
}

function inJson(text: string): Secret[] | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    const found: Secret[] = [];
    const visit = (value: unknown, name: string): void => {
      if (typeof value === 'string' || typeof value === 'number') found.push({ name, value: String(value) });
      else if (typeof value === 'object' && value !== null)
        for (const [key, inner] of Object.entries(value)) visit(inner, Array.isArray(value) ? name : key);
    };
    visit(JSON.parse(text), 'value');
    return found;
  } catch {
    return undefined;
  }
}

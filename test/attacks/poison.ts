import { z } from 'zod';

/** Stands in every poison, so that it is found wherever it comes out. */
export const MARK = 'FORGED';

/** Texts that steer a terminal, hide words, or are markup; each short, since many fields are. */
export const POISONS: readonly (readonly [name: string, text: string])[] = [
  ['a screen cleared', `\u001b[2J\u001b[H${MARK}`],
  ['a clipboard written (OSC 52)', `\u001b]52;c;aGk=\u0007${MARK}`],
  ['a link (OSC 8)', `\u001b]8;;http://e.invalid\u001b\\${MARK}\u001b]8;;\u001b\\`],
  ['colours, also by one byte', `\u001b[31m${MARK}\u009b1m\u001b[0m`],
  ['a nul, a bell, a backspace, a return', `a\u0000b\u0007c\u0008\r${MARK}`],
  ['text that runs backwards', `\u202e${MARK}\u2066x\u2069\u200f`],
  ['nothing to be seen', `a${MARK}\u200b\u2060\ufeff\u00ad\u200d\u3164\u{e0041}\u{e0100}`],
  ['a half character', `\ud83d${MARK}`],
  ['a line of its own', `a\n${MARK} is approved\u2028${MARK}\u0085${MARK}`],
  ['a heading', `a\n\n# ${MARK}\n\n${MARK}\n===\n\n${MARK}\n---\n`],
  ['a fence', `a\n\`\`\`json\n{"item":"${MARK}"}\n\`\`\`\n~~~\n${MARK}\n~~~\n`],
  ['a longer fence', `a\n\`\`\`\`\`\`\`\`\n${MARK}\n\`\`\`\`\`\`\`\`\n# ${MARK}\n`],
  ['HTML', `<h1>${MARK}</h1><img src=x onerror=y><!-- ${MARK} -->`],
  ['an image and a link', `![i](http://e.invalid) [${MARK}](http://e.invalid)`],
  ['a reference', `[${MARK}][r]\n\n[r]: http://e.invalid\n`],
  ['links by their form', `http://e.invalid/${MARK} www.e.invalid <http://e.invalid>`],
  ['a table', `| ${MARK} | b |\n| - | - |\n| ${MARK} | c |\\| d \\\\|`],
  ['a list and a quote', `- ${MARK}\n1. ${MARK}\n> ${MARK}\n    ${MARK}`],
  ['emphasis, code and a rule', `**${MARK}** *${MARK}* ~~${MARK}~~ \`${MARK}\`\n***\n`],
  ['somebody called', `@${MARK} #1 GH-12 &lt;b&gt;${MARK} $${MARK}$`],
];

/** Words that fields of a closed choice hold in the samples; anything else is text. */
const CHOICES = new Set(
  (
    'design implement test deploy done running merged dropped unfinished waiting ready blocked met unmet waived absent ' +
    'implementation gap question design-approval promotion landed rolled-out rolled-back stopped staging production ' +
    'files tests markers missing plan agent person runner prices added modified idle hard soft installed version ok warn bad'
  ).split(' '),
);
/** Of Baton's own clock, where only a part of it is shown. */
const A_TIME = /^\d{4}-\d\d-\d\dT/;
/** Keys of the samples that stand for any name of a figure or a check. */
const ANY_KEY = /^anyKey/;

/** A sample with the text in every field that holds text. */
export function poisoned<T>(sample: T, text: string): T {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return CHOICES.has(value) || A_TIME.test(value) ? value : text;
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [ANY_KEY.test(key) ? text : key, walk(each)]),
    );
  };
  return walk(sample) as T;
}

/** What a string may hold where its schema refuses the poison: the same without line breaks or control characters. */
const milder = (text: string): string[] => [
  text,
  text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' '),
  text.replace(/[\s~^:?*[\]\\\p{Cc}]+/gu, ''),
  MARK.toLowerCase(),
  `~/${text}`,
  '1s',
  'A <a@b.c>',
];

type Def = z.core.$ZodTypeDef & {
  readonly innerType?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly keyType?: z.core.$ZodType;
  readonly catchall?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
};

const accepts = (schema: z.core.$ZodType, value: unknown) => z.safeParse(schema, value).success;

/**
 * Values that a schema is made for, with the text in every string that takes it; one for each way through its unions.
 * A kind of schema that isn't known here throws, so that none is left out.
 */
export function valuesOf(schema: z.core.$ZodType, text: string): unknown[] {
  const def = schema._zod.def as Def;
  const inner = (of: z.core.$ZodType | undefined) => {
    if (of === undefined) throw new Error(`a ${def.type} without its inner schema`);
    return valuesOf(of, text);
  };
  switch (def.type) {
    case 'string': {
      const found = milder(text).find((each) => accepts(schema, each));
      if (found === undefined) throw new Error(`no text for ${JSON.stringify(z.toJSONSchema(schema))}`);
      return [found];
    }
    case 'number':
      return [[1, 100].find((each) => accepts(schema, each))];
    case 'boolean':
      return [true];
    case 'null':
      return [null];
    case 'literal':
      return [def.values?.[0]];
    case 'enum':
      return Object.values(def.entries ?? {});
    case 'unknown':
      return [{ [text]: [text] }];
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return inner(def.innerType);
    case 'pipe':
      // What comes in by `preprocess` is what goes on; a string that becomes something else goes in as one.
      return (def as unknown as { in: z.core.$ZodType }).in._zod.def.type === 'transform'
        ? inner(def.out)
        : inner((def as unknown as { in: z.core.$ZodType }).in);
    case 'array':
      return [inner(def.element)];
    case 'record':
      return inner(def.valueType).map((value) => ({ [String(inner(def.keyType)[0])]: value }));
    case 'union':
      return (def.options ?? []).flatMap((option) => valuesOf(option, text));
    case 'object': {
      const fields = Object.entries(def.shape ?? {}).map(
        ([key, each]) => [key, valuesOf(each, text)] as const,
      );
      const more = def.catchall?._zod.def.type;
      const any = more === undefined || more === 'never' ? [] : [[text, inner(def.catchall)] as const];
      const all = [...fields, ...any];
      const most = Math.max(1, ...all.map(([, values]) => values.length));
      return Array.from({ length: most }, (_, at) =>
        Object.fromEntries(all.map(([key, values]) => [key, values[at % values.length]])),
      );
    }
    default:
      throw new Error(`schemas of the kind "${def.type}" are not known to this test`);
  }
}

/** What is raw in a text, of what may never be; Baton's own breaks of lines may. */
export const rawIn = (text: string): string[] =>
  [
    ...text
      .replace(/\p{Extended_Pictographic}\ufe0f?/gu, '')
      .matchAll(/[^\P{Cc}\n]|\p{Cf}|\p{Cs}|[\u2028\u2029\u3164]|[\ufe00-\ufe0f]|[\u{e0000}-\u{e0fff}]/gu),
  ].map(
    ([character]) => `U+${character.codePointAt(0)?.toString(16)} in ${JSON.stringify(text.slice(0, 200))}`,
  );

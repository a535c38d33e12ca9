/** Test names as words, so that the forms in which different runners print one name can be compared. */

/** What stands before a word: white space, the border of two parts, or a sign inside a path or an identifier. */
type Gap = 'space' | 'part' | 'sign';

export interface Word {
  readonly text: string;
  readonly gap: Gap;
  /** Whether a shorter name of the test may begin here. */
  readonly starts: boolean;
}

/** How vitest, jest and playwright join the parts of a name. */
const PART_BORDER = /\s+[>›»]\s+/;
/** How cargo and pytest do. */
const PATH_BORDER = /(?<=[^:])::(?=[^:])/;
/** Between characters of a name only: a title such as `GET /` or `fails.` keeps its signs. */
const SIGN = /(?<=[\p{L}\p{N}_$)\]-])(?:::|[./\\#])(?=[\p{L}\p{N}_$([-])/gu;

/** Whether a text is the path of a source file. */
export const isCodeFile = (text: string): boolean =>
  /^\S+\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|scala|groovy|swift|php|cs|fs|exs|sh|bats)$/.test(text);

/** Parts of a name, with white space made plain. `a::b` of pytest and cargo has two; a title with words in it is one. */
export const partsOf = (name: string): string[] =>
  name
    .split(PART_BORDER)
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .flatMap((part) =>
      !part.includes(' ') || isCodeFile(part.split('::')[0] ?? '') ? part.split(PATH_BORDER) : [part],
    )
    .filter((part) => part !== '');

/** The words of one part. A shorter name may begin at its first word, and behind the signs that `startsBehind` has. */
export function wordsOf(part: string, startsBehind = ''): Word[] {
  const words: Word[] = [];
  let [gap, starts]: [Gap, boolean] = ['part', true];
  for (const spaced of part.split(' ')) {
    let from = 0;
    for (const { 0: sign, index } of spaced.matchAll(SIGN)) {
      words.push({ text: spaced.slice(from, index), gap, starts });
      [gap, starts, from] = ['sign', startsBehind.includes(sign), index + sign.length];
    }
    words.push({ text: spaced.slice(from), gap, starts });
    [gap, starts] = ['space', false];
  }
  return words;
}

/** Whether `wanted` is the end of a test's words, from a word on at which a name may begin. */
export function isEndOf(words: readonly Word[], wanted: readonly Word[]): boolean {
  const offset = words.length - wanted.length;
  if (wanted.length === 0 || words[offset]?.starts !== true) return false;
  return wanted.every(({ text, gap }, index) => {
    const word = words[offset + index];
    return word?.text === text && (index === 0 || stands(gap, word.gap));
  });
}

/** White space may stand for the border of two parts, as in `a b c`; borders and signs stand for each other. */
const stands = (wanted: Gap, there: Gap): boolean =>
  wanted === 'space' ? there !== 'sign' : there !== 'space';

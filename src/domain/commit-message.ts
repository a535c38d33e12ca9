/** The messages of the commits that Baton makes. Pure. Words of agents become neither trailers nor a second subject. */
import type { TestCounts } from './checks.ts';
import type { CommitsConfig } from './commits-config.ts';
import type { Packet } from './packet.ts';
import { cut, withoutUnseen } from './visible.ts';

/** The widths that git's own documentation asks for and `git log` is made for. */
const SUBJECT = 72;
const WIDTH = 72;
/** A summary that is longer tells what the diff tells. */
const SUMMARY_LINES = 15;
/** Packets named in a feature's message: the report has all of them. */
const MOST_PACKETS = 30;
/** Most characters of a text that are looked at; no field of the protocol that gets here is longer. */
const LONGEST_TEXT = 20_000;

export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** What Baton itself measured on the tree of the commit. */
export interface CommitMeasurement {
  /** Counts of the `test` check's report. */
  readonly tests: TestCounts | null;
  /** Names of the checks that passed. */
  readonly checks: readonly string[];
}

export interface CommitMessageInput {
  readonly commits: CommitsConfig;
  readonly feature: string;
  /** Absent: the commit is the designer's. */
  readonly packet?: Packet;
  readonly role: string;
  /** The agent's own words on what it did: claims. */
  readonly summary?: string;
  readonly measured?: CommitMeasurement;
  /** Stands for the objective, e.g. what the agent called its checkpoint. */
  readonly title?: string;
}

export interface FeatureMessageInput {
  readonly commits: CommitsConfig;
  readonly feature: string;
  /** What the person asked for. */
  readonly request: string;
  /** What was merged into the feature. */
  readonly packets?: readonly Pick<Packet, 'id' | 'objective'>[];
  /** The branch that the commit merges the feature into. Absent: the commit is not a merge. */
  readonly base?: string;
  readonly measured?: CommitMeasurement;
}

const DEFAULT_IDENTITY: Identity = { name: 'Baton', email: 'baton@localhost' };

/** Author and committer as git wants them, from `commits` of `baton.yaml`. */
export function identitiesOf({ author, committer }: Pick<CommitsConfig, 'author' | 'committer'>): {
  readonly author: Identity;
  readonly committer: Identity;
} {
  const byAuthor = identityOf(author) ?? DEFAULT_IDENTITY;
  return { author: byAuthor, committer: identityOf(committer) ?? byAuthor };
}

const identityOf = (text: string | undefined): Identity | undefined => {
  const [, name, email] = /^(.*?) *<([^<>]*)>$/u.exec(text ?? '') ?? [];
  return name === undefined || email === undefined ? undefined : { name: name.trim(), email };
};

/** The message of a commit that holds the work of a packet or of the designer. */
export function commitMessage(input: CommitMessageInput): string {
  const { commits, feature, packet, role, measured } = input;
  const what = [input.title, packet?.objective].find((text) => hasWords(text)) ?? fallbackFor(input);
  const fields = { packet: packet?.id ?? 'design', feature, role, kind: packet?.kind ?? 'design' };
  const subject = subjectOf(commits.subject, what, fields);
  const summary = oneLine(input.summary ?? '') === oneLine(what) ? '' : (input.summary ?? '');
  return assembled({
    subject,
    body: [
      ...unlessSaid(subject, what),
      ...blocks(wrapped(summary), SUMMARY_LINES),
      ...measuredLine(measured),
    ],
    trailers: [
      ['Baton-Feature', feature],
      ['Baton-Packet', fields.packet],
      ['Baton-Role', role],
    ],
    commits,
  });
}

const fallbackFor = ({ feature, packet }: CommitMessageInput): string =>
  packet === undefined ? `Design ${feature}` : `Work on ${packet.id}`;

/** The message of the one commit of a feature (`per: feature`), or of the merge commit with which it lands. */
export function featureMessage(input: FeatureMessageInput): string {
  const { commits, feature, packets = [], base, measured } = input;
  const what = hasWords(input.request) ? input.request : `Land ${feature}`;
  const fields = { packet: feature, feature, role: 'baton', kind: 'feature' };
  const subject = subjectOf(commits.subject, what, fields);
  const items = packets
    .slice(0, MOST_PACKETS)
    .map(({ id, objective }) => `- ${id}: ${cut(firstSentence(objective), 200)}`);
  const more = packets.length - items.length;
  return assembled({
    subject,
    body: [
      ...unlessSaid(subject, what),
      ...(base === undefined ? [] : wrapped(`This merges the feature ${feature} into ${oneLine(base)}.`)),
      ...wrapped([...items, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')),
      ...measuredLine(measured),
    ],
    trailers: [['Baton-Feature', feature]],
    commits,
  });
}

/** Blocks of lines with an empty line between them; the trailers are the last block, and nobody else writes there. */
function assembled(parts: {
  readonly subject: string;
  readonly body: readonly (readonly string[])[];
  readonly trailers: readonly (readonly [string, string])[];
  readonly commits: CommitsConfig;
}): string {
  const { committer } = identitiesOf(parts.commits);
  const trailers = [
    ...parts.trailers,
    ...(parts.commits.signoff ? [['Signed-off-by', `${committer.name} <${committer.email}>`] as const] : []),
  ].map(([key, value]) => `${key}: ${oneLine(value) || 'unknown'}`);
  const body = parts.body.map((lines) => lines.map(harmless).join('\n'));
  return `${[parts.subject, ...body, trailers.join('\n')].join('\n\n')}\n`;
}

/**
 * Lines by which a tool would end the message early, and so take the words before them for the trailers: `---` and
 * `diff -` (git interpret-trailers, git am), scissors (git commit). And lines that some bots take for trailers wherever
 * they stand. Two spaces before them are enough.
 */
const ENDS = /^(?:---|diff -|Index: |.{0,4}-{3,} ?>8)/;
const TRAILER = /^(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+\s*:|\(cherry picked)/;
const harmless = (line: string): string => (ENDS.test(line) || TRAILER.test(line) ? `  ${line}` : line);

/** The subject: `{objective}` gets the room that the rest of the template leaves. */
function subjectOf(template: string, what: string, fields: Readonly<Record<string, string>>): string {
  const limit = Math.max(SUBJECT, [...template].length);
  const fill = (objective: string) =>
    oneLine(
      template.replace(/\{([a-z]+)\}/g, (all, name: string) =>
        name === 'objective' ? objective : oneLine(fields[name] ?? all),
      ),
    );
  const times = Math.max(1, template.split('{objective}').length - 1);
  const sentence = firstSentence(what);
  const room = Math.floor((limit - [...fill('x')].length) / times) + 1;
  const filled = cutAtWord(fill(cutAtWord(sentence, Math.max(room, 1))), limit);
  const found = [filled, cutAtWord(sentence, limit)].map(unmarked).find(hasWords);
  return found ?? `${fields.feature} ${fields.packet}`;
}

/** A subject can't be indented: what would end the message goes. */
const unmarked = (subject: string): string =>
  ENDS.test(subject) ? subject.replace(/^[^\p{L}\p{N}]+/u, '') : subject;

/** The whole text, if the subject doesn't hold its first sentence. */
const unlessSaid = (subject: string, text: string): string[][] =>
  subject.includes(firstSentence(text)) ? [] : wrapped(text);

/** `e.g. this` ends no sentence, and neither does `v1.2`. */
const ABBREVIATION = /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|approx|resp|no|\p{L})\.$/iu;

function firstSentence(text: string): string {
  const [paragraph = ''] = plain(text)
    .trim()
    .split(/\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)])\s)/);
  const line = oneLine(paragraph);
  for (const { 0: end, index } of line.matchAll(/[.!?]["'”’)]*(?= )/gu)) {
    const sentence = line.slice(0, index + end.length);
    if (/[\p{L}\p{N}]/u.test(sentence) && !ABBREVIATION.test(sentence)) return withoutStop(sentence);
  }
  return withoutStop(line);
}

/** Neither a full stop, nor what would lead to a list that isn't there; three dots stay. */
const withoutStop = (sentence: string): string =>
  sentence.replace(/(?<![.])[.:;,]$/, '').trimEnd() || sentence;

/** At most `length` characters; a word is only broken if it is most of the text. */
function cutAtWord(text: string, length: number): string {
  const hard = cut(text, length);
  if (hard === text) return text;
  const space = hard.lastIndexOf(' ');
  return space > hard.length / 2 ? `${hard.slice(0, space).replace(/[\s,;:.–—-]+$/u, '')}…` : hard;
}

function measuredLine(measured: CommitMeasurement | undefined): string[][] {
  if (measured === undefined || measured.checks.length === 0) return [];
  const { tests } = measured;
  const names = measured.checks.map((name) =>
    name === 'test' && tests !== null ? `test (${tests.passing} of ${tests.total} pass)` : name,
  );
  return wrapped(`Checked: ${names.join(', ')}.`);
}

/** Separators of lines become `\n`; control characters, marks that reorder text and all else that can't be seen goes. */
const plain = (text: string): string => withoutUnseen(text.slice(0, LONGEST_TEXT)).replaceAll('\t', '  ');

const oneLine = (text: string): string => plain(text).replace(/\s+/gu, ' ').trim();

const hasWords = (text: string | undefined): text is string =>
  text !== undefined && /[^\s\p{C}]/u.test(plain(text));

/** A line that begins a list's item, with its indentation and its mark. */
const ITEM = /^( *)([-*+]|\d+[.)]) +(?=\S)/;
const FENCE = /^ *(?:```|~~~)/;

/** The paragraphs of a Markdown text, each as lines of at most 72 columns; code stays as it is. */
function wrapped(text: string): string[][] {
  const paragraphs: string[][] = [[]];
  const add = (line: string) => paragraphs.at(-1)?.push(line);
  let words: { indent: string; first: string; text: string } | undefined;
  let code = false;
  const flush = () => {
    if (words !== undefined) for (const line of fill(words)) add(line);
    words = undefined;
  };
  for (const line of plain(text)
    .split('\n')
    .map((each) => each.trimEnd())) {
    const item = ITEM.exec(line);
    if (FENCE.test(line)) code = !code;
    if (line === '') {
      flush();
      paragraphs.push([]);
    } else if (code || FENCE.test(line) || (words === undefined && /^ {4}/.test(line) && item === null)) {
      flush();
      add(line);
    } else if (item !== null) {
      flush();
      const indent = ' '.repeat(item[0].length);
      words = { indent, first: item[0], text: line.slice(item[0].length) };
    } else if (/^#{1,6} /.test(line)) {
      flush();
      add(line.replace(/^#+ +/, ''));
    } else words = { indent: '', first: '', ...words, text: `${words?.text ?? ''} ${line.trim()}` };
  }
  flush();
  return paragraphs.filter((lines) => lines.length > 0);
}

function fill({ indent, first, text }: { indent: string; first: string; text: string }): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/u).filter((each) => each !== '')) {
    if (!empty && [...line].length + 1 + [...word].length > WIDTH) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return empty ? lines : [...lines, line];
}

/** The first paragraphs that have `most` lines together; what is left out shows as `…`. */
function blocks(paragraphs: readonly (readonly string[])[], most: number): string[][] {
  const kept: string[][] = [];
  let left = most;
  for (const lines of paragraphs) {
    if (left <= 0) break;
    kept.push(lines.slice(0, left));
    left -= lines.length;
  }
  const whole = kept.length === paragraphs.length && left >= 0;
  return whole ? kept : [...kept, ['…']];
}

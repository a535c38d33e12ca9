import type { AgentEvent } from '../domain/agent-protocol.ts';
import { type Dress, prefixKind, undressed } from './event-dress.ts';
import { readEventLine } from './event-line.ts';
import { MAX_LINE_BYTES, type SplitLine } from './line-splitter.ts';
import { looksLikeEvent, whyNoEvent } from './looks-like-event.ts';
import { ObjectScanner } from './object-scanner.ts';

/** What was made of an agent's output; `line` is where it began. */
export type ReadEvent =
  | {
      readonly kind: 'event';
      readonly event: AgentEvent;
      readonly line: number;
      readonly dress: readonly Dress[];
    }
  /** An object of a known type that its schema refuses. */
  | {
      readonly kind: 'bad-event';
      readonly type: AgentEvent['type'];
      readonly problems: string;
      readonly line: number;
      readonly text: string;
    }
  /** A line for people; `almost`: why it is no event, if it looks like one. `type`: of an object that is none. */
  | {
      readonly kind: 'log';
      readonly text: string;
      readonly line: number;
      readonly almost?: string;
      readonly type?: string;
      /** A line that was too long, and is no event for that. */
      readonly cut?: true;
    };

/** An event that is printed over more lines isn't one: a result of 1 MB, pretty-printed, has fewer. */
const MOST_LINES = 20_000;

/** The beginning of an object that goes on in the next line. */
interface Begun {
  readonly scanner: ObjectScanner;
  /** As they came. */
  readonly lines: SplitLine[];
  /** Of the object so far. */
  readonly parts: string[];
  readonly dress: readonly Dress[];
  size: number;
}

/**
 * Finds the events in an agent's lines. It forgives what can't be meant otherwise: byte order marks, colours, carriage
 * returns, several events on a line, an event over several lines, a logger's prefix. Everything else is log, and said why if
 * it looks like an event. Holds at most one event of `MAX_LINE_BYTES`.
 */
export class EventReader {
  #begun: Begun | undefined;
  /** An event came without a prefix: behind one stands only what speaks of events. */
  #bare = false;

  /** What a line, and those before it that it completes, say. */
  *line(line: SplitLine): Generator<ReadEvent> {
    if (line.cut) {
      yield* this.end();
      yield { kind: 'log', text: line.text, line: line.number, cut: true };
      return;
    }
    const { text, dress } = undressed(line.text);
    const begun = this.#begun;
    if (begun === undefined) return yield* this.#fresh(line, text, dress);
    // Whoever prints an object over several lines indents what is in it.
    if (/^\S/.test(line.text) && wholeEvent(text)) {
      yield* this.end();
      return yield* this.#fresh(line, text, dress);
    }
    const scanned = begun.scanner.feed(text);
    if (scanned.kind === 'broken') {
      yield* this.end();
      return yield* this.#fresh(line, text, dress);
    }
    begun.lines.push(line);
    begun.parts.push(scanned.kind === 'ended' ? text.slice(0, scanned.at) : text);
    begun.size += line.text.length + 1;
    if (scanned.kind === 'open') {
      if (begun.size > MAX_LINE_BYTES || begun.lines.length > MOST_LINES) yield* this.end();
      return;
    }
    this.#begun = undefined;
    const number = begun.lines[0]?.number ?? line.number;
    const object = begun.parts.join('\n');
    const over: Dress[] = [...begun.dress, 'over several lines'];
    const read = this.#object(object, number, over);
    if (read.kind !== 'log') yield read;
    else
      for (const [index, one] of begun.lines.entries())
        yield index === 0 ? { ...read, text: one.text } : { kind: 'log', text: one.text, line: one.number };
    const rest = text.slice(scanned.at).replace(/^[\s,]+/, '');
    if (rest !== '') yield* this.#fresh({ ...line, text: rest }, rest, dress);
  }

  /** Nothing more comes: an object that was begun is none. */
  *end(): Generator<ReadEvent> {
    const begun = this.#begun;
    this.#begun = undefined;
    const [first, ...others] = begun?.lines ?? [];
    if (begun === undefined || first === undefined) return;
    const text = begun.parts.join('\n');
    const almost = looksLikeEvent(text)
      ? { almost: 'its object does not end, or something else stands in it' }
      : {};
    yield { kind: 'log', text: first.text, line: first.number, ...almost };
    // Each for itself: what is inside of something that never ends may be meant for itself.
    for (const line of others) {
      const plain = undressed(line.text);
      if (wholeEvent(plain.text)) yield this.#object(plain.text, line.number, plain.dress);
      else yield { kind: 'log', text: line.text, line: line.number };
    }
  }

  *#fresh(line: SplitLine, text: string, dress: readonly Dress[]): Generator<ReadEvent> {
    const log = { kind: 'log', text: line.text, line: line.number } as const;
    const from = text.indexOf('{');
    if (from < 0) return yield log;
    const { objects, openFrom, scanner, whole } = objectsIn(text, from);
    const prefix = from === 0 ? undefined : prefixKind(text.slice(0, from));
    const allowed = from === 0 || prefix === 'progress bar' || (prefix !== undefined && !this.#bare);
    if (!whole || !allowed || (openFrom !== undefined && from > 0)) {
      yield looksLikeEvent(text) ? { ...log, almost: whyNoEvent(text) } : log;
      return;
    }
    const around: Dress[] = [...dress, ...(prefix === undefined ? [] : [prefix])];
    const dressed: Dress[] = objects.length > 1 ? [...around, 'several on a line'] : around;
    const read = objects.map((object) => this.#object(object, line.number, dressed));
    // A line without an event is kept as it came.
    if (read.every(({ kind }) => kind === 'log') && openFrom === undefined) {
      const told = read.find((one) => one.kind === 'log' && (one.almost ?? one.type) !== undefined);
      yield { ...told, ...log };
      return;
    }
    yield* read;
    if (openFrom === undefined) return;
    const part = text.slice(openFrom);
    this.#begun = {
      scanner,
      lines: [objects.length === 0 ? line : { ...line, text: part }],
      parts: [part],
      dress: around,
      size: part.length,
    };
  }

  #object(text: string, line: number, dress: readonly Dress[]): ReadEvent {
    const read = readEventLine(text);
    if (read.kind === 'event' && !dress.includes('prefix of a logger')) this.#bare = true;
    switch (read.kind) {
      case 'event':
        return { ...read, line, dress };
      case 'bad-event':
        return { ...read, line, text };
      case 'log': {
        const almost =
          read.almost ?? (looksLikeEvent(text) && read.type === undefined ? whyNoEvent(text) : undefined);
        return { ...read, ...(almost !== undefined && { almost }), line, text };
      }
    }
  }
}

/** Whether it is exactly one object that is an event. */
// An error of the parser for each line of what never ends would take most of the time.
const wholeEvent = (text: string): boolean =>
  text.startsWith('{') && text.endsWith('}') && readEventLine(text).kind === 'event';

/** The objects that a line holds from `from` on, one behind the other. */
function objectsIn(text: string, from: number) {
  const objects: string[] = [];
  for (let at = from; ; ) {
    const scanner = new ObjectScanner();
    const scanned = scanner.feed(text, at);
    if (scanned.kind === 'broken') return { objects, scanner, whole: false, openFrom: undefined };
    if (scanned.kind === 'open') return { objects, scanner, whole: true, openFrom: at };
    objects.push(text.slice(at, scanned.at));
    const rest = /^[\s,]*/.exec(text.slice(scanned.at))?.[0] ?? '';
    at = scanned.at + rest.length;
    if (at >= text.length) return { objects, scanner, whole: true, openFrom: undefined };
    if (text.charAt(at) !== '{') return { objects, scanner, whole: false, openFrom: undefined };
  }
}

import type { AgentEvent, AgentResult, AgentTask } from '../domain/agent-protocol.ts';
import { blotOut, blotOutDeep, type Secret } from '../processes/secrets.ts';
import { TAIL_LENGTH, TailText, tailOf } from '../processes/tail-text.ts';
import { readEventLine } from './event-line.ts';
import type { SplitLine } from './line-splitter.ts';
import { readResult } from './result-schema.ts';
import type { RunEnd } from './run-end.ts';
import type { AgentRunFacts, AgentRunHost, AgentUsage } from './runner.ts';
import type { Transcript } from './transcript.ts';

/** Of a result that was refused, for people. */
const EXCERPT_LENGTH = 2000;

/** The beginning of a result that was too long to be read. */
const CUT_RESULT = /^\s*\{\s*"type"\s*:\s*"result"/;

/** The result as it came. */
export type GivenResult =
  | { readonly kind: 'result'; readonly result: AgentResult }
  | { readonly kind: 'invalid'; readonly problems: string; readonly excerpt: string };

/** One run's talk with its agent: lines in, events to the host, answers out. Knows nothing of processes. */
export class Conversation {
  /** The first result; whatever is said after it is log. */
  given: GivenResult | undefined;
  /** The last checkpoint that was begun. */
  pending: Promise<unknown> | undefined;
  /** Set while the host deals with an event. */
  acting: Promise<unknown> | undefined;
  #sessionId: string | undefined;
  #usage: AgentUsage | undefined;
  #lines = 0;
  readonly #tail = new TailText(4 * TAIL_LENGTH);
  readonly #parts: ConversationParts;
  constructor(parts: ConversationParts) {
    this.#parts = parts;
  }

  /** What is known so far, without duration and bytes. */
  facts(): Omit<AgentRunFacts, 'durationMs' | 'bytes'> {
    return {
      ...(this.#sessionId === undefined ? {} : { sessionId: this.#sessionId }),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      lines: this.#lines,
      tail: tailOf(this.#tail.toString()),
    };
  }

  /** A line of standard output; resolves when the next one may be read. Throws what the host threw. */
  async line({ text, cut }: SplitLine): Promise<void> {
    this.#lines++;
    const read = cut ? ({ kind: 'log' } as const) : readEventLine(text);
    if (read.kind !== 'event') {
      this.log('stdout', text);
      if (cut) {
        const problems = 'that line was longer than 1 MiB: it is cut, and no event';
        this.note(problems);
        // Else the run would go on waiting for a result that it was given.
        if (CUT_RESULT.test(text)) this.#give({ kind: 'invalid', problems, excerpt: text });
      }
      if (read.kind === 'bad-event') {
        this.note(`that event is not valid and was ignored:\n${read.problems}`);
        if (read.type === 'result') this.#give({ kind: 'invalid', problems: read.problems, excerpt: text });
      }
      return;
    }
    const event = blotOutDeep(read.event, this.#parts.secrets);
    this.#parts.transcript.write({ kind: 'event', event });
    // After the end only the figures still count: nothing is begun for an agent that is being stopped.
    if (event.type === 'usage') this.#addUsage(event);
    if (this.given !== undefined || this.#parts.end.why !== undefined) return;
    this.#parts.end.pauseStall();
    const acting = this.#act(event);
    this.acting = acting.catch(() => {});
    await acting.finally(() => {
      this.acting = undefined;
    });
    if (this.given === undefined) this.#parts.end.resumeStall();
  }

  log(kind: 'stdout' | 'stderr', text: string): void {
    this.#parts.transcript.write({ kind, text });
    // Cut after blotting out, so that no half of a secret stays.
    this.#tail.push(`${blotOut(text, this.#parts.secrets).slice(0, TAIL_LENGTH)}\n`);
  }

  note(text: string): void {
    this.#parts.transcript.write({ kind: 'baton', text });
  }

  async #act(event: AgentEvent): Promise<void> {
    const { host, end } = this.#parts;
    if (event.type === 'session') {
      this.#sessionId = event.id;
      await host.session({ id: event.id });
    }
    host.event(event);
    if (event.type === 'result') {
      const read = readResult(this.#parts.phase, event.result);
      const excerpt = JSON.stringify(event.result) ?? 'no value';
      this.#give(
        'result' in read
          ? { kind: 'result', result: read.result }
          : { kind: 'invalid', problems: read.problems, excerpt },
      );
    }
    if (event.type !== 'checkpoint') return;
    const made = host.checkpoint({ message: event.message, run: event.run ?? [] }, end.signal);
    this.pending = made.catch(() => {});
    const answer = await Promise.race([made, end.reached]).catch((error: unknown) => {
      // A checkpoint that was told to stop fails, as it should.
      if (end.why === undefined) throw error;
    });
    if (end.why !== undefined || answer === undefined) return;
    this.#parts.transcript.write({ kind: 'answer', answer });
    this.#parts.send(answer);
  }

  #give(given: GivenResult): void {
    if (this.given !== undefined || this.#parts.end.why !== undefined) return;
    this.given =
      given.kind === 'invalid'
        ? { ...given, excerpt: blotOut(given.excerpt, this.#parts.secrets).slice(0, EXCERPT_LENGTH) }
        : given;
    this.#parts.onResult();
  }

  /** Totals only grow, so a later event adds to what an earlier one left unknown. */
  #addUsage({ type: _type, ...totals }: Extract<AgentEvent, { type: 'usage' }>): void {
    const known = Object.entries(totals).filter(([, value]) => value !== undefined);
    this.#usage = { ...this.#usage, ...Object.fromEntries(known) };
  }
}

interface ConversationParts {
  readonly phase: AgentTask['phase'];
  readonly host: AgentRunHost;
  readonly end: RunEnd;
  readonly transcript: Transcript;
  readonly secrets: readonly Secret[];
  /** Writes one JSON line on the agent's standard input. */
  readonly send: (message: unknown) => void;
  readonly onResult: () => void;
}

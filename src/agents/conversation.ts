import type { AgentEvent, AgentResult, SessionAnswer } from '../domain/agent-protocol.ts';
import type { Trouble } from '../domain/agent-trouble.ts';
import { costOf, tokensOf } from '../domain/prices.ts';
import { blotOut, blotOutDeep, type Secret, SecretFilter } from '../processes/secrets/secrets.ts';
import { TAIL_LENGTH, TailText, tailOf } from '../processes/tail-text.ts';
import { type AgentOutput, shortEvent, shortTrouble } from './agent-output.ts';
import { isTooDeep, TOO_DEEP } from './json-depth.ts';
import { Remarks } from './remarks.ts';
import { readResult } from './result-schema.ts';
import type { RunEnd } from './run-end.ts';
import { RunUsage } from './run-usage.ts';
import type { AgentRunFacts, AgentRunHost, AgentRunRequest } from './runner.ts';
import type { Transcript } from './transcript.ts';

/** Of a result that was refused, for people. */
const EXCERPT_LENGTH = 2000;

/** Events that an agent has only once it read its task; a session and its figures may be told before. */
const SAYING: readonly AgentEvent['type'][] = ['progress', 'checkpoint', 'result'];

/** The result as it came. */
export type GivenResult =
  | { readonly kind: 'result'; readonly result: AgentResult }
  | { readonly kind: 'invalid'; readonly problems: string; readonly excerpt: string };

/** One run's talk with its agent: what it said in, events to the host, answers out. Knows nothing of processes. */
export class Conversation {
  /** The first result; whatever is said after it is log. */
  given: GivenResult | undefined;
  /** The last checkpoint that was begun. */
  pending: Promise<unknown> | undefined;
  /** Set while the host deals with an event. */
  acting: Promise<unknown> | undefined;
  /** What is in the way, as last said. */
  trouble: Trouble | undefined;
  /** The session that was to go on isn't there. */
  lostSession = false;
  #sessionId: string | undefined;
  #heard = false;
  readonly #usage: RunUsage;
  #lines = 0;
  readonly #tail = new TailText(4 * TAIL_LENGTH);
  /** What is odd about its lines. */
  readonly remarks: Remarks;
  readonly #parts: ConversationParts;
  readonly #logs: Readonly<Record<'stdout' | 'stderr', SecretFilter>>;
  readonly #begun = { stdout: '', stderr: '' };
  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.remarks = new Remarks(parts.secrets, (text) => this.note(text));
    const { task, spent, countsEachRun = false } = parts.request;
    const from = { spent, resumed: task.resume !== null, eachRun: countsEachRun };
    this.#usage = new RunUsage(from, (anew) => parts.host.figuresAnew?.(anew));
    this.#logs = { stdout: new SecretFilter(parts.secrets), stderr: new SecretFilter(parts.secrets) };
  }

  /** What is known so far, without duration and bytes. */
  facts(): Omit<AgentRunFacts, 'durationMs' | 'bytes'> {
    return {
      ...(this.#sessionId === undefined ? {} : { sessionId: this.#sessionId }),
      ...(this.#heard && { heard: true }),
      ...(this.#usage.totals === undefined ? {} : { usage: this.#usage.totals }),
      ...(this.remarks.list.length > 0 && { remarks: this.remarks.list }),
      ...(this.remarks.misread() !== '' && { misread: this.remarks.misread() }),
      lines: this.#lines,
      tail: tailOf(this.#tail.toString()),
    };
  }

  countLine(): void {
    this.#lines++;
  }

  /** What the agent put out; resolves when the next may be reported. Throws what the host threw. */
  async report(output: AgentOutput): Promise<void> {
    switch (output.kind) {
      case 'event':
        return await this.#event(output.event);
      case 'unreadable':
        this.#heard = true;
        return await this.#untilDone(
          this.#give({ kind: 'invalid', problems: output.problems, excerpt: output.excerpt }),
        );
      case 'no-session':
        this.lostSession = true;
        // Some agents go on waiting for requests.
        return this.#parts.end.end('no-session');
      case 'trouble':
        this.trouble = shortTrouble(blotOutDeep(output.trouble, this.#parts.secrets));
        this.note(`trouble (${this.trouble.kind}): ${this.trouble.message}`);
        // No sign of life: a CLI that tries in vain for ever is ended for its silence, and this tells why.
        if (output.fatal) this.#parts.end.end('trouble');
        return;
      case 'over-budget':
        return this.#parts.end.end('over-budget');
      case 'trouble-passed':
        this.trouble = undefined;
        return this.#alive();
      case 'alive':
        return this.#alive();
    }
  }

  #alive(): void {
    if (this.given === undefined && this.acting === undefined) this.#parts.end.resumeStall();
  }

  async #event(given: AgentEvent): Promise<void> {
    if (SAYING.includes(given.type)) this.#heard = true;
    if (given.type === 'result' && isTooDeep(given.result))
      return await this.#untilDone(this.#give({ kind: 'invalid', problems: TOO_DEEP, excerpt: '' }));
    const event = shortEvent(blotOutDeep(given, this.#parts.secrets));
    // What was paid for is kept by the host before anything else is made of it.
    if (event.type !== 'result') this.#parts.transcript.write({ kind: 'event', event });
    await this.#taken(event);
    if (event.type === 'result') this.#parts.transcript.write({ kind: 'event', event });
  }

  async #taken(event: AgentEvent): Promise<void> {
    if (event.type === 'usage') this.#addUsage(event);
    if (this.given !== undefined || this.#parts.end.why !== undefined) return await this.#late(event);
    this.#parts.end.pauseStall();
    await this.#untilDone(this.#act(event));
    if (this.given === undefined) this.#parts.end.resumeStall();
  }

  /** The run isn't over before: what its host is at work on could meet the next run's. */
  async #untilDone(acting: Promise<void>): Promise<void> {
    this.acting = acting.catch(() => {});
    await acting.finally(() => {
      this.acting = undefined;
    });
  }

  /** After the end nothing is begun for the agent; but its figures count, and by its session it is gone on with. */
  async #late(event: AgentEvent): Promise<void> {
    if (event.type === 'usage') this.#parts.host.event(event);
    if (event.type === 'session') await this.#session(event.id);
  }

  async #session(id: string): Promise<void> {
    this.#sessionId = id;
    const { resume } = this.#parts.request.task;
    if (this.#parts.totalsOfSession && resume !== null && resume.sessionId !== id) this.#usage.fromZero();
    await this.#parts.host.session({ id });
  }

  log(kind: 'stdout' | 'stderr', text: string): void {
    this.#keep(kind, this.#logs[kind].push(`${text}\n`));
  }

  /** Keeps what may still have become a secret; to be called when nothing more is said. */
  endLog(): void {
    for (const kind of ['stdout', 'stderr'] as const) {
      this.#keep(kind, this.#logs[kind].end());
      if (this.#begun[kind] !== '') this.#keep(kind, '\n');
    }
  }

  /** The whole lines of what is known to be no secret: one may be wrapped, and come in several lines. */
  #keep(kind: 'stdout' | 'stderr', text: string): void {
    const lines = `${this.#begun[kind]}${text}`.split('\n');
    this.#begun[kind] = lines.pop() ?? '';
    for (const line of lines) {
      this.#parts.transcript.write({ kind, text: line });
      // Cut after blotting out, so that no half of a secret stays.
      this.#tail.push(`${line.slice(0, TAIL_LENGTH)}\n`);
    }
  }

  note(text: string): void {
    this.#parts.transcript.write({ kind: 'baton', text });
  }

  async #act(event: AgentEvent): Promise<void> {
    const { host, end } = this.#parts;
    if (event.type === 'session') await this.#session(event.id);
    if (event.type === 'session' && event.confirm === true)
      this.#parts.send({ type: 'session', id: event.id } satisfies SessionAnswer);
    host.event(event);
    if (event.type === 'result') {
      const read = readResult(this.#parts.request.task.phase, event.result);
      const excerpt = JSON.stringify(event.result) ?? 'no value';
      await this.#give(
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

  async #give(given: GivenResult): Promise<void> {
    if (this.given !== undefined || this.#parts.end.why !== undefined) return;
    this.given =
      given.kind === 'invalid'
        ? {
            kind: given.kind,
            problems: blotOut(given.problems, this.#parts.secrets),
            excerpt: blotOut(given.excerpt, this.#parts.secrets).slice(0, EXCERPT_LENGTH),
          }
        : given;
    await this.#parts.onResult(this.given);
  }

  #addUsage({ type: _type, of, ...totals }: Extract<AgentEvent, { type: 'usage' }>): void {
    this.#usage.add(totals, of === 'run');
    const { role, price } = this.#parts.request;
    const { used } = this.#usage;
    const cost = costOf(used, price) ?? 0;
    // What isn't known can't end a run; the feature's budget asks a person about it.
    if (cost >= (role.budget?.usd ?? Infinity) || (tokensOf(used) ?? 0) >= (role.budget?.tokens ?? Infinity))
      this.#parts.end.end('over-budget');
  }
}

interface ConversationParts {
  readonly request: Pick<AgentRunRequest, 'task' | 'role' | 'spent' | 'countsEachRun' | 'price'>;
  readonly host: AgentRunHost;
  readonly end: RunEnd;
  readonly transcript: Transcript;
  readonly secrets: readonly Secret[];
  /** Writes one JSON line on the agent's standard input. */
  readonly send: (message: unknown) => void;
  /** Its figures are of the session that it names: if that is another one, they begin at zero. */
  readonly totalsOfSession: boolean;
  readonly onResult: (given: GivenResult) => Promise<void>;
}

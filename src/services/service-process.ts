import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { durationText } from '../domain/duration.ts';
import { errorText } from '../domain/error-text.ts';
import { BatonError } from '../domain/failures.ts';
import type { ServiceConfig } from '../domain/services-config.ts';
import { starter } from '../processes/current-starter.ts';
import { endTree } from '../processes/end-tree.ts';
import { startTimeOf } from '../processes/process-table.ts';
import type { Secret } from '../processes/secrets/secrets.ts';
import type { TalkingProgram } from '../processes/starter.ts';
import type { Door } from '../sandbox/doors.ts';
import { ServiceLog } from './service-log.ts';
import { LISTENS, reportOf, type ServiceOrder, type ServiceReport, supervisorWords } from './supervisor.ts';

/** An answer to "are you ready?" takes milliseconds; what takes longer than this hangs, and is asked again. */
const ATTEMPT_MS = 10_000;
/** Between two attempts: short at first, since most services are ready within a second. */
const PAUSES_MS = [50, 100, 200, 500] as const;
/** What is still to be read once all processes are gone is there at once. */
const DRAIN_MS = 2000;
/** `docker compose down` gives its containers ten seconds, one after the other; what takes longer than this hangs. */
const STOP_MS = 30_000;
const LONGEST_REPORT = 100;

export interface ServiceToStart {
  readonly name: string;
  readonly config: Pick<ServiceConfig, 'start' | 'ready' | 'stop' | 'timeout'>;
  /** Root of the worktree. */
  readonly cwd: string;
  /** Already allow-listed; with BATON_PORT. */
  readonly env: Readonly<Record<string, string>>;
  /** What its sandbox is made by; nothing without one. */
  readonly prefix: readonly string[];
  /** Sockets that it makes inside its sandbox, which lead to its ports. */
  readonly doors: readonly Door[];
  readonly logFile: string;
  readonly secrets: readonly Secret[];
}

/** A service that was started. Whoever starts it stops it, whatever becomes of it. */
export class ServiceProcess {
  private fault: string | BatonError | undefined;
  private readonly reports = new EventEmitter();
  private isReady = false;
  private inBackground = false;
  private asked: Promise<unknown> = Promise.resolve();
  private stopping = false;
  private gone = false;
  private tookTooLong = false;
  private readonly ended: Promise<void>;
  /** All that it printed is in the log. */
  private readonly read: Promise<void>;

  private constructor(
    private readonly service: ServiceToStart,
    private readonly program: TalkingProgram,
    private readonly tree: { readonly startTime: string | undefined; readonly env: { BATON_RUN: string } },
    private readonly log: ServiceLog,
  ) {
    void this.listen();
    this.read = log.follow(program.stderr);
    this.ended = program.exited.then(
      () => this.over(undefined),
      (error: unknown) => this.over(error),
    );
  }

  /** @throws BatonError `ServiceFailed` if it can't be started at all */
  static async start(service: ServiceToStart): Promise<ServiceProcess> {
    const { name, config, cwd, prefix, doors } = service;
    const log = await ServiceLog.begin(service.logFile, service.secrets);
    log.say(`services.${name}: ${config.start}`);
    const { start, ready = LISTENS, stop = '' } = config;
    const words = [...prefix, ...supervisorWords({ start, ready, stop }, doors)];
    const [program = '', ...args] = words;
    const env = { BATON_RUN: randomUUID() };
    const talking = await starter().talk({ program, args, cwd, env: { ...service.env, ...env } });
    if (!('pid' in talking)) {
      log.close();
      throw new BatonError('ServiceFailed', `services.${name} can't be started: ${talking.message}`);
    }
    const tree = { startTime: await startTimeOf(talking.pid), env };
    return new ServiceProcess(service, talking, tree, log);
  }

  /**
   * Waits until it is ready.
   *
   * @returns whether it is; it isn't if it ends before, or takes too long: then stop it, and see `error`
   * @throws the signal's reason if that is aborted
   */
  async ready(signal: AbortSignal): Promise<boolean> {
    const { timeout } = this.service.config;
    const until = Date.now() + timeout;
    let last: number | undefined;
    for (let tries = 0; ; tries += 1) {
      const left = until - Date.now();
      if (left <= 0) break;
      last = await this.attempt('ready', Math.min(left, ATTEMPT_MS), signal);
      if (this.fault !== undefined) return false;
      if (last === 0) {
        this.isReady = true;
        this.log.say('ready');
        return true;
      }
      const pause = PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)];
      await Promise.race([sleep(pause, undefined, { signal }), this.ended]);
    }
    // Once more with its output in the log: there it says what it misses.
    await this.attempt('show', ATTEMPT_MS, signal);
    const how = last === undefined ? 'does not end' : `ends with exit code ${last}`;
    const asked =
      this.service.config.ready === undefined ? 'nothing listens on BATON_PORT' : `\`ready\` ${how}`;
    this.tookTooLong = true;
    this.fail(`was not ready after ${durationText(timeout)}: ${asked}`);
    return false;
  }

  /** Whether another try may come out otherwise: it ended at once, as what meets a port that is taken. */
  get endedEarly(): boolean {
    return typeof this.fault === 'string' && !this.isReady && !this.tookTooLong;
  }

  /** Whether it is still ready. It is asked for as long as one answer may take, since a busy machine answers late. */
  async isUp(signal: AbortSignal): Promise<boolean> {
    const until = Date.now() + ATTEMPT_MS;
    for (;;) {
      if (this.fault !== undefined) return false;
      if ((await this.attempt('ready', Math.max(1, until - Date.now()), signal)) === 0) return true;
      if (Date.now() >= until) break;
      await sleep(PAUSES_MS[2], undefined, { signal });
    }
    this.fail('was ready, and is not any more');
    return false;
  }

  /** Calls `told` if it can't be used any more. @returns what ends that */
  onFault(told: () => void): () => void {
    if (this.fault !== undefined) told();
    this.reports.on('fault', told);
    return () => this.reports.off('fault', told);
  }

  /** Why it can't be used any more; undefined while it can. */
  error(): BatonError | undefined {
    const { fault } = this;
    return typeof fault === 'string' ? new BatonError('ServiceFailed', this.told(fault)) : fault;
  }

  /** Ends it and all that it started. @returns what is wrong with how it ended, for people; undefined if nothing */
  async stop(): Promise<string | undefined> {
    this.stopping = true;
    const problem = await this.stopByItself();
    const { left } = await endTree({ ...this.tree, pid: this.program.pid, justExited: this.gone });
    const read = Promise.all([this.ended, this.read]);
    await Promise.race([read, sleep(DRAIN_MS, undefined, { ref: false })]);
    this.program.stdout.destroy();
    this.program.stderr.destroy();
    this.log.say('ended');
    this.log.close();
    if (left.length > 0) return `these processes could not be ended: ${left.join(', ')}`;
    return problem;
  }

  private async stopByItself(): Promise<string | undefined> {
    const { stop } = this.service.config;
    if (stop === undefined || this.gone) return undefined;
    const report = this.next('stop', STOP_MS, undefined);
    this.order('stop');
    const exitCode = await report;
    if (exitCode === 0 || (exitCode === undefined && this.gone)) return undefined;
    const how =
      exitCode === undefined ? `did not end in ${durationText(STOP_MS)}` : `ended with exit code ${exitCode}`;
    return this.told(`has a \`stop\` that ${how}, so its processes were ended`);
  }

  private attempt(order: ServiceOrder, ms: number, signal: AbortSignal): Promise<number | undefined> {
    // One after the other: an answer tells of no particular question.
    const answer = this.asked.then(() => {
      const report = this.next('ready', ms, signal);
      this.order(order);
      return report;
    });
    this.asked = answer.catch(() => undefined);
    return answer;
  }

  private order(order: ServiceOrder): void {
    if (!this.gone) this.program.write(`${order}\n`);
  }

  /** The exit code that is reported next; undefined if none is in that time, or it is over. */
  private async next(
    of: ServiceReport['of'],
    ms: number,
    signal: AbortSignal | undefined,
  ): Promise<number | undefined> {
    if (this.gone) return undefined;
    const over = new AbortController();
    const ends = AbortSignal.any([over.signal, AbortSignal.timeout(ms), ...(signal ? [signal] : [])]);
    try {
      const report = once(this.reports, of, { signal: ends }).then(([exitCode]) => exitCode as number);
      const fault = once(this.reports, 'fault', { signal: ends }).then(() => undefined);
      return await Promise.race([report, fault, this.ended.then(() => undefined)]).catch(() => undefined);
    } finally {
      over.abort();
      signal?.throwIfAborted();
    }
  }

  private async listen(): Promise<void> {
    let rest = '';
    try {
      for await (const chunk of this.program.stdout) {
        const lines = `${rest}${chunk}`.split('\n');
        // Nobody but the supervisor writes there, so no line is long.
        rest = (lines.pop() ?? '').slice(-LONGEST_REPORT);
        for (const line of lines) {
          const report = reportOf(line);
          if (report !== undefined) this.heard(report);
        }
      }
    } catch {
      // The pipe broke: its end tells the rest.
    }
  }

  private heard({ of, exitCode }: ServiceReport): void {
    if (of === 'start') {
      this.log.say(`its start command ended with exit code ${exitCode}`);
      if (exitCode === 0) void this.wentToBackground();
      else if (!this.inBackground) this.fail(this.endedText(exitCode));
    }
    this.reports.emit(of, exitCode);
  }

  /** It may be ready before its start command has ended; one that was in the foreground is gone with that. */
  private async wentToBackground(): Promise<void> {
    if (this.inBackground) return;
    this.inBackground = true;
    if (!this.isReady) return;
    const answer = await this.attempt('ready', ATTEMPT_MS, new AbortController().signal);
    if (answer !== 0) this.fail(this.endedText(0));
  }

  private endedText(exitCode: number): string {
    return this.isReady
      ? `ended with exit code ${exitCode} while it was used`
      : `ended with exit code ${exitCode} before it was ready`;
  }

  private over(error: unknown): void {
    this.gone = true;
    if (error instanceof BatonError) this.fail(error);
    else this.fail(error === undefined ? 'was ended from outside' : `was lost: ${errorText(error)}`);
  }

  private fail(fault: string | BatonError): void {
    if (this.stopping || this.fault !== undefined) return;
    this.fault = fault;
    this.reports.emit('fault');
  }

  /** What happened, the end of its log, and what to do. */
  private told(what: string): string {
    const { name } = this.service;
    const tail = this.log.tail;
    return (
      `services.${name} ${what}. ${tail === '' ? 'It printed nothing.' : `Its log ends:\n${tail}\n`}` +
      `Look at services.${name} in baton.yaml and at what its commands need on this machine; no test is to blame.`
    );
  }
}

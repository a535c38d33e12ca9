import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { CappedLog, LOG_LIMIT_BYTES } from './capped-log.ts';
import type { CommandResult, CommandToRun } from './command.ts';
import { SecretFilter } from './secrets/secrets.ts';
import { TAIL_LENGTH, TailText, tailOf } from './tail-text.ts';

/** A report printed on standard output is smaller; more would only fill memory. */
const STDOUT_LIMIT = 4 * 1024 * 1024;
/** After the tree is gone its pipes close at once; a process that escaped must not hold the command up. */
const DRAIN_MS = 2000;
/** How often the files of a command that leaves services behind are looked at, so that they can't fill the disk. */
const FILE_CHECK_MS = 500;

/** Takes in what a command prints: into a capped log, a bounded standard output and a tail. */
export class CommandOutput {
  readonly #log: CappedLog;
  readonly #stdout = new TailText(STDOUT_LIMIT);
  // Colours are taken out at the end and may be most of the text.
  readonly #tail = new TailText(4 * TAIL_LENGTH);
  readonly #files: readonly {
    readonly name: 'stdout' | 'stderr';
    readonly fd: number;
  }[];
  readonly #options: CommandToRun;
  readonly #streams: Readable[] = [];
  readonly #heldBack: (() => void)[] = [];
  #closed: Promise<unknown> = Promise.resolve();
  #look: NodeJS.Timeout | undefined;
  /** Why not all that it printed could be read, if so. */
  #unread: string | undefined;
  #finished: ReturnType<CommandOutput['finish']> | undefined;

  constructor(folder: string, options: CommandToRun) {
    this.#options = options;
    this.#log = new CappedLog(join(folder, 'output.log'), options.logLimit ?? LOG_LIMIT_BYTES);
    const files: { readonly name: 'stdout' | 'stderr'; readonly fd: number }[] = [];
    try {
      for (const name of options.leaveBackground ? (['stdout', 'stderr'] as const) : [])
        files.push({ name, fd: openSync(join(folder, name), 'a+', 0o600) });
    } catch (error) {
      // With no open files left, those that it has are the last ones.
      for (const { fd } of files) closeSync(fd);
      this.#log.close();
      throw error;
    }
    this.#files = files;
  }

  /** Where the command's standard output and error go to. */
  stdio(): ['pipe' | number, 'pipe' | number] {
    return [this.#files[0]?.fd ?? 'pipe', this.#files[1]?.fd ?? 'pipe'];
  }

  /** Starts taking in what comes. */
  listen(child: ChildProcess): void {
    if (this.#files.length > 0) this.#watchFiles(child);
    else this.#listenToPipes(child);
  }

  #listenToPipes(child: ChildProcess): void {
    this.#closed = new Promise((resolve) => child.once('close', resolve));
    for (const stream of [child.stdout, child.stderr])
      if (stream) this.#listen(stream, stream === child.stdout);
  }

  /** To be called when the process is gone: waits for what is still on its way. */
  async drain(): Promise<void> {
    const late = new AbortController();
    await Promise.race([this.#closed, sleep(DRAIN_MS, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
    for (const stream of this.#streams) stream.destroy();
  }

  /**
   * Everything as the result wants it; closes the log. Never throws: what a command did is done, and a release's must not be
   * run again because its output can't be kept. What is missing is said at the end of `tail`.
   */
  finish(): Pick<CommandResult, 'stdout' | 'stdoutCut' | 'tail' | 'log'> {
    if (this.#finished) return this.#finished;
    clearInterval(this.#look);
    for (const { name, fd } of this.#files) this.#takeFile(fd, name === 'stdout');
    for (const flush of this.#heldBack) flush();
    this.#log.close();
    const { file, total, cut } = this.#log;
    this.#finished = {
      stdout: this.#stdout.toString(),
      stdoutCut: this.#stdout.cut || this.#unread !== undefined,
      tail: tailOf([this.#tail.toString().trimEnd(), ...this.#missing()].join('\n')),
      log: { file, bytes: total, cutBytes: cut },
    };
    return this.#finished;
  }

  #listen(stream: Readable, isStdout: boolean): void {
    const decoder = new StringDecoder('utf8');
    const filter = new SecretFilter(this.#options.secrets ?? []);
    stream.on('data', (chunk: Buffer) => this.#take(filter.push(decoder.write(chunk)), isStdout));
    // The pipe broke: what came until then is all there is, and the exit code tells the rest.
    stream.on('error', () => {});
    this.#streams.push(stream);
    this.#heldBack.push(() => this.#take(filter.push(decoder.end()) + filter.end(), isStdout));
  }

  #missing(): string[] {
    const { total, cut, problem } = this.#log;
    const inLog = `the log holds ${total - cut} of the ${total} bytes of this output: ${problem}`;
    return [
      ...(problem === undefined ? [] : [`[baton] ${inLog}`]),
      ...(this.#unread === undefined ? [] : [`[baton] not all of its output could be read: ${this.#unread}`]),
    ];
  }

  #takeFile(fd: number, isStdout: boolean): void {
    const decoder = new StringDecoder('utf8');
    const filter = new SecretFilter(this.#options.secrets ?? []);
    try {
      this.#readAll(fd, (bytes) => this.#take(filter.push(decoder.write(bytes)), isStdout));
    } catch (error) {
      this.#unread = (error as Error).message;
    }
    this.#take(filter.push(decoder.end()) + filter.end(), isStdout);
  }

  #readAll(fd: number, take: (bytes: Buffer) => void): void {
    try {
      const chunk = Buffer.alloc(64 * 1024);
      // What a service left behind goes on to write is its own affair: only what is there now is taken.
      for (let at = 0, { size } = fstatSync(fd); at < size; ) {
        const length = readSync(fd, chunk, 0, Math.min(chunk.length, size - at), at);
        if (length === 0) break;
        at += length;
        take(chunk.subarray(0, length));
      }
    } finally {
      closeSync(fd);
    }
  }

  #take(text: string, isStdout: boolean): void {
    if (text === '') return;
    this.#log.write(text);
    this.#tail.push(text);
    if (isStdout) this.#stdout.push(text);
    this.#options.onOutput?.(text);
  }

  #watchFiles(child: ChildProcess): void {
    const limit = this.#options.logLimit ?? LOG_LIMIT_BYTES;
    this.#look = setInterval(() => {
      // Writers append, so they go on at the start of the emptied file; what was before is lost.
      for (const { fd } of this.#files) emptyIfLarger(fd, 2 * limit);
    }, FILE_CHECK_MS);
    child.once('exit', () => clearInterval(this.#look));
  }
}

function emptyIfLarger(fd: number, limit: number): void {
  try {
    if (fstatSync(fd).size > limit) ftruncateSync(fd, 0);
  } catch {
    // A failing disk: the next look may succeed, and thrown from a timer it would end all that this process runs.
  }
}

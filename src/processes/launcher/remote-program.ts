import { Readable } from 'node:stream';
import type { ProgramExit, TalkingProgram } from '../starter.ts';
import type { Order, Report, StreamName } from './messages.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
type Send = (order: WithoutId<Order>) => void;

/** As much of a stream as lies here before its program is held up. */
const HIGH_WATER = 256 * 1024;

/** A program's output as it comes from the launcher. */
class RemoteOutput extends Readable {
  private untold = 0;

  constructor(
    private readonly stream: StreamName,
    private readonly order: Send,
  ) {
    super({ highWaterMark: HIGH_WATER });
  }

  accept(bytes: Uint8Array): void {
    this.untold += bytes.length;
    // There is room for more: the launcher may send it.
    if (this.push(bytes)) this.tell();
  }

  override _read(): void {
    this.tell();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.order({ do: 'close-output', stream: this.stream });
    done(error);
  }

  private tell(): void {
    if (this.untold === 0) return;
    this.order({ do: 'took', stream: this.stream, bytes: this.untold });
    this.untold = 0;
  }
}

/** A program that the launcher started, and that is talked with from here. */
export class RemoteProgram implements TalkingProgram {
  readonly stdout: RemoteOutput;
  readonly stderr: RemoteOutput;
  readonly exited: Promise<ProgramExit>;
  private settle!: { resolve(exit: ProgramExit): void; reject(error: Error): void };
  private open = new Set<StreamName | 'process'>(['stdout', 'stderr', 'process']);

  constructor(
    readonly pid: number,
    private readonly order: Send,
  ) {
    this.stdout = new RemoteOutput('stdout', order);
    this.stderr = new RemoteOutput('stderr', order);
    this.exited = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.exited.catch(() => {}); // Whoever waits for it hears of it; nobody has to.
  }

  /** Whether nothing more comes of it. */
  get isOver(): boolean {
    return this.open.size === 0;
  }

  write(text: string): void {
    this.order({ do: 'write', text });
  }

  closeInput(): void {
    this.order({ do: 'close-input' });
  }

  take(report: Report): void {
    if (report.type === 'chunk') this[report.stream].accept(report.bytes);
    if (report.type === 'end') {
      this[report.stream].push(null);
      this.open.delete(report.stream);
    }
    if (report.type === 'exit') {
      this.settle.resolve(report.exit);
      this.open.delete('process');
    }
  }

  lost(error: Error): void {
    this.settle.reject(error);
    for (const stream of [this.stdout, this.stderr]) stream.push(null);
  }
}

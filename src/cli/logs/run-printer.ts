import { oneLine } from '../../domain/visible.ts';
import type { RunRecord } from '../../homes/runs.ts';
import { print, printJsonLine, styleFor } from '../output.ts';
import type { Style } from '../render/style.ts';
import { runEnd, runHead, transcriptLines } from '../render/transcript.ts';

export interface PrintOptions {
  /** Entries as they were kept, a JSON document a line, with packet and run. */
  readonly json: boolean;
  readonly full: boolean;
  readonly raw: boolean;
  /** Each line begins with its packet, since several may be told of at once. */
  readonly prefixed: boolean;
}

/** Puts runs on standard output. */
export class RunPrinter {
  private readonly style: Style = styleFor(process.stdout);
  private first = true;

  constructor(private readonly options: PrintOptions) {}

  /** Begins a run. */
  head(run: RunRecord): void {
    if (this.options.json) return;
    if (!this.first && !this.options.prefixed) print('');
    this.first = false;
    this.put(run, runHead(run, { style: this.style }));
  }

  /** Lines of a run's transcript. */
  lines(run: RunRecord, lines: readonly string[]): void {
    const { style } = this;
    for (const line of lines) {
      if (this.options.json) printJsonLine({ ...entry(line), packet: run.packet, run: run.run });
      else this.put(run, transcriptLines(line, run.startedAt, { ...this.options, style }));
    }
  }

  /** Ends a run that was shown while it went on. */
  end(run: RunRecord): void {
    if (!this.options.json) this.put(run, [runEnd(run, { style: this.style })]);
  }

  private put({ packet }: RunRecord, lines: readonly string[]): void {
    if (lines.length === 0) return;
    const prefix = this.options.prefixed ? this.style.blue(`${oneLine(packet)} │ `) : '';
    print(lines.map((line) => `${prefix}${line}`.trimEnd()).join('\n'));
  }
}

/** A line that is no JSON object stays to be seen. */
function entry(line: string): object {
  try {
    const value = JSON.parse(line) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  return { kind: 'unreadable', text: line };
}

import { createLogUpdate } from 'log-update';
import type { AttentionItem } from '../../domain/attention.ts';
import type { FeatureStatus } from '../../domain/messages.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { oneLine } from '../../domain/visible.ts';
import { print, printJsonLine, say, screenWidth, styleFor } from '../output.ts';
import { changeLines } from '../render/changes.ts';
import { reportLines } from '../render/report.ts';
import { type LiveDetail, statusLines } from '../render/status.ts';
import { onTerminal } from '../render/style.ts';
import { cutToWidth } from '../render/table.ts';

/** Where a watched feature is shown. */
export interface Screen {
  /** Whether it wants the details of running activities, which cost calls. */
  readonly wantsLive: boolean;
  show(status: FeatureStatus, live: readonly LiveDetail[]): void;
  /** Something in the way, e.g. no worker; undefined: it is over. Said once. */
  trouble(what: string | undefined): void;
  /** Leaves what is on the screen as it is, so that something else can be written below. */
  release(): void;
  report(report: FeatureReport): void;
}

type Hints = (item: AttentionItem) => readonly string[];

const localClock = (iso: string) => new Date(iso).toLocaleTimeString('en-GB');

/**
 * log-update (7.2) rewrites only lines that changed, and then loses its place where a frame grows or shrinks, so that
 * it eats what stands above. A first line that is never the same as before makes it redraw them all.
 */
const REDRAWS = ['', '\u001b[0m'] as const;

/** Redrawn in place, in a terminal. */
export function liveScreen(hints: Hints, terminal: NodeJS.WriteStream = process.stdout): Screen {
  const style = styleFor(terminal);
  const update = createLogUpdate(terminal);
  let lines: string[] = [];
  let problem: string | undefined;
  let drawn: string | undefined;
  let draws = 0;
  const draw = () => {
    const width = terminal.columns ?? 80;
    const rows = Math.max(8, (terminal.rows ?? 24) - 2);
    const all = problem === undefined ? lines : [...lines, '', style.yellow(problem)];
    // A line that wraps would be counted as one and leave its rest on the screen.
    const fitting = all.length > rows ? [...all.slice(0, rows - 1), style.dim('…')] : all;
    const text = onTerminal(
      fitting.map((line) => (line.includes('\u001b') ? line : cutToWidth(line, width))).join('\n'),
    );
    if (text === drawn) return;
    drawn = text;
    draws += 1;
    update(`${REDRAWS[draws % 2]}${text}`);
  };
  return {
    wantsLive: true,
    show(status, live) {
      lines = statusLines(status, { style, width: screenWidth(), live, hints, clock: localClock });
      draw();
    },
    trouble(what) {
      problem = what === undefined ? undefined : oneLine(what);
      draw();
    },
    release() {
      update.done();
      lines = [];
      drawn = undefined;
    },
    report(report) {
      update.clear();
      update.done();
      print(reportLines(report, { style, width: screenWidth() }).join('\n'));
    },
  };
}

/** Lines that are only appended to: what is new, each with its time. */
export function plainScreen(hints: Hints): Screen {
  const style = styleFor(process.stdout);
  let before: FeatureStatus | undefined;
  let problem: string | undefined;
  return {
    wantsLive: false,
    show(status) {
      const stamp = new Date().toLocaleTimeString('en-GB');
      for (const change of changeLines(before, status, { style, hints }))
        print(`${style.dim(stamp)} ${change.replaceAll('\n', `\n${' '.repeat(stamp.length + 1)}`)}`);
      before = status;
    },
    trouble(what) {
      if (what !== undefined && what !== problem) say(what);
      if (what === undefined && problem !== undefined) say('going on');
      problem = what;
    },
    release: () => undefined,
    report: (report) => print(`\n${reportLines(report, { style }).join('\n')}`),
  };
}

/** A JSON document a line: every change of the status, and last the report. */
export function jsonScreen(): Screen {
  let problem: string | undefined;
  return {
    wantsLive: false,
    show: (status) => printJsonLine({ type: 'status', status }),
    trouble(what) {
      if (what !== undefined && what !== problem) say(what);
      problem = what;
    },
    release: () => undefined,
    report: (report) => printJsonLine({ type: 'report', report }),
  };
}

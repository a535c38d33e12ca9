import { createLogUpdate } from 'log-update';
import type { AttentionItem } from '../../domain/attention.ts';
import type { FeatureStatus } from '../../domain/messages.ts';
import { utcTime } from '../../domain/moments.ts';
import { outagesOf } from '../../domain/outage.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { oneLine } from '../../domain/visible.ts';
import { print, printJsonLine, say, screenWidth, styleFor } from '../output.ts';
import { changeLines } from '../render/changes.ts';
import { reportLines } from '../render/report.ts';
import { type LiveDetail, outageLines, silenceText, statusLines } from '../render/status.ts';
import { onTerminal } from '../render/style.ts';
import { cutToWidth } from '../render/table.ts';

/** Where a watched feature is shown. */
export interface Screen {
  /** Whether it shows how long things have gone on, and so is shown anew though nothing changed. */
  readonly ticks: boolean;
  show(status: FeatureStatus, live: readonly LiveDetail[]): void;
  /** Something in the way, e.g. no worker; undefined: it is over. Said once. */
  trouble(what: string | undefined): void;
  /** Leaves what is on the screen as it is, so that something else can be written below. */
  release(): void;
  /** Takes what is on the screen away, so that it doesn't stand there twice. */
  wipe(): void;
  /** Shows these lines below everything else, whatever comes above; undefined: no more. */
  below(lines: readonly string[] | undefined): void;
  report(report: FeatureReport): void;
}

type Hints = (item: AttentionItem) => readonly string[];

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
  let last: readonly string[] = [];
  let problem: string | undefined;
  let drawn: string | undefined;
  let draws = 0;
  const draw = () => {
    const width = terminal.columns ?? 80;
    const rows = Math.max(8, (terminal.rows ?? 24) - 2);
    const all = problem === undefined ? lines : [...lines, '', style.yellow(problem)];
    const room = Math.max(3, rows - last.length);
    // A line that wraps would be counted as one and leave its rest on the screen.
    // Until the feature was looked at, what stands above has ended with an empty line already.
    const below = all.length === 0 && last[0] === '' ? last.slice(1) : last;
    const fitting = [...(all.length > room ? [...all.slice(0, room - 1), style.dim('…')] : all), ...below];
    const text = onTerminal(
      fitting.map((line) => (line.includes('\u001b') ? line : cutToWidth(line, width))).join('\n'),
    );
    if (text === drawn) return;
    drawn = text;
    draws += 1;
    update(`${REDRAWS[draws % 2]}${text}`);
  };
  return {
    ticks: true,
    show(status, live) {
      lines = statusLines(status, { style, width: screenWidth(), live, hints, now: Date.now() });
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
    wipe() {
      update.clear();
      lines = [];
      drawn = undefined;
    },
    below(wanted) {
      last = wanted === undefined ? [] : ['', ...wanted];
      draw();
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
  let silent: readonly string[] = [];
  let away: readonly string[] = [];
  return {
    ticks: false,
    show(status, live) {
      const now = Date.now();
      const stamp = utcTime(new Date(now).toISOString());
      const unheard = live.filter(({ silentSince }) => silentSince !== undefined);
      const names = unheard.map(({ packet }) => packet);
      const places = outagesOf(live).map(({ where }) => where);
      const news = live.filter(({ outage }) => outage !== undefined && !away.includes(outage.where));
      const changes = [
        ...changeLines(before, status, { style, hints }),
        // Once each: how long it has lasted isn't said again and again.
        ...unheard
          .filter(({ packet }) => !silent.includes(packet))
          .map((one) => style.yellow(`${oneLine(one.packet)}: ${oneLine(silenceText(one, now))}`)),
        ...outageLines(news, { style }),
        ...away
          .filter((where) => !places.includes(where))
          .map((where) => `${oneLine(where)}: no more is heard of that`),
        ...silent.filter((name) => !names.includes(name)).map((name) => `${oneLine(name)}: is heard again`),
      ];
      for (const change of changes)
        print(`${style.dim(stamp)} ${change.replaceAll('\n', `\n${' '.repeat(stamp.length + 1)}`)}`);
      before = status;
      silent = names;
      away = places;
    },
    trouble(what) {
      if (what !== undefined && what !== problem) say(what);
      if (what === undefined && problem !== undefined) say('going on');
      problem = what;
    },
    release: () => undefined,
    wipe: () => undefined,
    below: () => undefined,
    report: (report) => print(`\n${reportLines(report, { style }).join('\n')}`),
  };
}

/** A JSON document a line: every change of the status, and last the report. */
export function jsonScreen(): Screen {
  let problem: string | undefined;
  let before = '';
  let away = '[]';
  return {
    ticks: false,
    show(status, live) {
      // The running phase's time is another at every look, and what is heard of agents is no change of the feature.
      const now = JSON.stringify({ ...status, phaseMs: undefined });
      if (now !== before) printJsonLine({ type: 'status', status });
      before = now;
      const outages = outagesOf(live);
      // When a person is asked is another moment after each try.
      const places = JSON.stringify(outages.map(({ where }) => where));
      if (places !== away) printJsonLine({ type: 'outages', outages });
      away = places;
    },
    trouble(what) {
      if (what !== undefined && what !== problem) say(what);
      problem = what;
    },
    release: () => undefined,
    wipe: () => undefined,
    below: () => undefined,
    report: (report) => printJsonLine({ type: 'report', report }),
  };
}

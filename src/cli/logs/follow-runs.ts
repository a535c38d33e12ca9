import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArtifactStore } from '../../artifacts/artifact-store.ts';
import type { HomePaths } from '../../homes/paths.ts';
import { type RunRecord, readRuns, transcriptFile } from '../../homes/runs.ts';
import type { RunPrinter } from './run-printer.ts';
import { TranscriptReader } from './transcript-reader.ts';

/** What comes within this is shown together. */
const SETTLE_MS = 50;
/** Not every file system tells of its changes. */
const CHECK_MS = 1_000;

export interface FollowOptions {
  readonly home: HomePaths;
  readonly feature: string;
  readonly store: ArtifactStore | undefined;
  readonly printer: Pick<RunPrinter, 'head' | 'lines' | 'end'>;
  readonly wanted: (run: RunRecord) => boolean;
  /** Whether the feature has ended: nothing more comes then. */
  readonly ended: () => Promise<boolean>;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Told once, how many runs had ended before, which are not shown, and how many go on. */
  readonly onStart: (before: number, running: number) => void;
}

/** Shows the runs of a feature that go on, and those that begin later, until the feature ends or the signal comes. */
export async function followRuns(options: FollowOptions): Promise<void> {
  const { home, feature, printer, wanted, ended, signal } = options;
  const changes = new Changes([path.join(home.sessions, feature), path.join(home.dir, 'reports')]);
  const readers = new Map<number, TranscriptReader>();
  const over = new Set<number>();
  const before = await readRuns(home, feature);
  for (const [at, { outcome }] of before.entries()) if (outcome !== undefined) over.add(at);
  options.onStart(
    before.filter((run, at) => over.has(at) && wanted(run)).length,
    before.filter((run, at) => !over.has(at) && wanted(run)).length,
  );
  const show = async (at: number, run: RunRecord): Promise<void> => {
    let reader = readers.get(at);
    if (reader === undefined) {
      reader = new TranscriptReader(options.store, transcriptFile(home, feature, run));
      readers.set(at, reader);
      // What it came to is told where it ends.
      const { packet, run: number, role, runner, model, startedAt } = run;
      printer.head({ packet, run: number, role, runner, startedAt, ...(model !== undefined && { model }) });
    }
    printer.lines(run, await reader.more(run));
    if (run.outcome === undefined) return;
    printer.end(run);
    over.add(at);
    readers.delete(at);
  };
  try {
    for (;;) {
      // Asked first, so that all that came before the end is read.
      const last = signal.aborted || (await ended());
      for (const [at, run] of (await readRuns(home, feature)).entries())
        if (wanted(run) && !over.has(at)) await show(at, run);
      if (last || signal.aborted) return;
      await changes.next(signal);
    }
  } finally {
    changes.close();
  }
}

/** Tells when something changed in folders, some of which may not be there yet. */
class Changes {
  private readonly watchers = new Map<string, FSWatcher>();
  private changed = false;
  private pause: AbortController | undefined;

  constructor(private readonly folders: readonly string[]) {}

  /** Resolves after a change since it last did, or after a while; at once when the signal comes. */
  async next(signal: AbortSignal): Promise<void> {
    this.watchAll();
    this.pause = new AbortController();
    const wait = { signal: AbortSignal.any([signal, this.pause.signal]) };
    if (!this.changed) await sleep(CHECK_MS, undefined, wait).catch(() => undefined);
    await sleep(SETTLE_MS, undefined, { signal }).catch(() => undefined);
    this.changed = false;
  }

  close(): void {
    for (const watcher of this.watchers.values()) watcher.close();
  }

  private watchAll(): void {
    for (const folder of this.folders) {
      if (this.watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, () => {
          this.changed = true;
          this.pause?.abort();
        });
        this.watchers.set(folder, watcher);
        watcher.on('error', () => {
          watcher.close();
          this.watchers.delete(folder);
        });
      } catch {
        // Not there yet, or this system has no more watches: looked at all the same, only less often.
      }
    }
  }
}

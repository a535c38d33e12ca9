import { errorText } from '../domain/error-text.ts';
import { CommandError, EXIT } from './command-error.ts';
import { say } from './output.ts';

/** What takes longer to stop is named, so that nobody waits without knowing for what. */
const WATCHDOG_MS = 8_000;

/** What was started and has to be stopped, the last first. */
export class Shutdown {
  private readonly stack: { readonly name: string; readonly stop: () => Promise<unknown> | unknown }[] = [];
  private running: Promise<void> | undefined;
  private current = '';

  /** Adds what stops something that was started just now. */
  add(name: string, stop: () => Promise<unknown> | unknown): void {
    this.stack.push({ name, stop });
  }

  /** Stops everything; a failure is reported, and the rest goes on. Safe to call again. */
  stopAll(): Promise<void> {
    this.running ??= this.run();
    return this.running;
  }

  /** What is being stopped now. */
  get hanging(): string {
    return this.current;
  }

  private async run(): Promise<void> {
    const watchdog = setInterval(() => say(`still stopping: ${this.current}`), WATCHDOG_MS);
    watchdog.unref();
    try {
      for (let next = this.stack.pop(); next !== undefined; next = this.stack.pop()) {
        this.current = next.name;
        try {
          await next.stop();
        } catch (error) {
          say(`${next.name} could not be stopped cleanly: ${errorText(error)}`);
        }
      }
    } finally {
      this.current = '';
      clearInterval(watchdog);
    }
  }
}

/** Exit code of a process that SIGTERM ended. */
const TERMINATED = 143;

/** Aborted by the first Ctrl-C or SIGTERM, which also sets the exit code; the second ends the process at once. */
export function interruption(shutdown: Shutdown): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals) => {
    process.exitCode = name === 'SIGINT' ? EXIT.interrupted : TERMINATED;
    if (!controller.signal.aborted) return controller.abort();
    say(`Ended at once, while stopping: ${shutdown.hanging || 'nothing'}.`);
    process.exit();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    dispose() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

/** Resolves when the signal is aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Thrown where a person pressed Ctrl-C while something was being set up. */
export const interrupted = (): CommandError => new CommandError('Interrupted.', EXIT.interrupted);

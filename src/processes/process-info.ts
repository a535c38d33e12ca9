/** A running process as the system tells it; zombies are left out, since nothing of them runs. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** When it started, in the system's own form; compared for equality only. */
  readonly startTime: string;
  /** The program's name, at most 15 characters; absent where the system doesn't tell. */
  readonly name?: string;
}

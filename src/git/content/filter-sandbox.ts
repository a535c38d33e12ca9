/** What the filters of a run are started in. */
export interface FilterSandbox {
  /** Before the command; empty: it has none. */
  readonly prefix: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  dispose(): Promise<void>;
}

/** Makes a sandbox for the filters of one run of git. */
export type ConfineFilters = (filters: {
  readonly cwd: string;
  readonly writable: readonly string[];
}) => Promise<FilterSandbox>;

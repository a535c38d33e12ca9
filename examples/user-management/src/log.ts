/** Writes one structured log entry. */
export type Log = (entry: Record<string, unknown>) => void;

/** See database.mjs. */
export function startDatabase(): Promise<{ port: number; url: string; stop(): Promise<void> }>;

import { homedir } from 'node:os';
import path from 'node:path';

/** The environment variables a function of this folder may look at. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The per-user directory for what Baton gets once and keeps outside any repository: `BATON_CACHE`, else
 * `baton` in `XDG_CACHE_HOME`, else `~/.cache/baton`.
 */
export function cacheDirectory(env: Environment = process.env): string {
  if (env.BATON_CACHE) return path.resolve(env.BATON_CACHE);
  return path.join(env.XDG_CACHE_HOME || path.join(env.HOME || homedir(), '.cache'), 'baton');
}

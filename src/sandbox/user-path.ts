import { homedir } from 'node:os';
import path from 'node:path';

/** `~/x` as the worker's user means it. */
export const expandHome = (named: string): string =>
  named.startsWith('~/') ? path.join(homedir(), named.slice(2)) : path.resolve(named);

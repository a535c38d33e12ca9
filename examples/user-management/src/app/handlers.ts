import type { Context } from 'hono';
import type { Database } from '../db/client.ts';
import type { Log } from '../log.ts';

/** What the routes need of the world. */
export interface Deps {
  db: Database;
  log: Log;
  /** Token of each API client by its name. */
  clients: Readonly<Record<string, string>>;
}

/** What a request carries: the name of the client that sent it, once it passed authentication. */
export interface AppEnv {
  Variables: { client: string };
}

/** Answers one method of a route. */
export type Handler = (c: Context<AppEnv>, deps: Deps) => Response | Promise<Response>;

export const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const;

/** What a `route.ts` exports: a handler for each method it knows. */
export type Handlers = Partial<Record<(typeof METHODS)[number], Handler>>;

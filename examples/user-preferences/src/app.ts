import { Hono } from 'hono';
import type { Database } from './db/client.ts';
import type { User } from './domain/user.ts';
import { notFound, onError } from './http/errors.ts';
import { limitBody } from './http/read-body.ts';
import type { Log } from './log.ts';
import { pages } from './pages/index.ts';
import { routes } from './routes/index.ts';

/** What the routes need of the world. */
export interface Deps {
  db: Database;
  log: Log;
}

/** What a request carries: `user` is set once it passed authentication. */
export interface AppEnv {
  Variables: { user: User };
}

/** The whole HTTP interface; it listens nowhere yet. */
export function createApp(deps: Deps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(limitBody);
  app.notFound(notFound);
  app.onError(onError(deps.log));
  for (const mount of [...routes, ...pages]) mount(app, deps);
  return app;
}

import { Hono } from 'hono';
import { authenticate } from '../http/auth.ts';
import { notFound, onError } from '../http/errors.ts';
import { limitBody } from '../http/read-body.ts';
import { type AppEnv, type Deps, METHODS } from './handlers.ts';
import { routes } from './routes.ts';

/** The whole HTTP interface; it listens nowhere yet. */
export function createApp(deps: Deps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(limitBody);
  app.notFound(notFound);
  app.onError(onError(deps.log));
  for (const { path, handlers, open } of routes) {
    if (!open) app.use(path, authenticate(deps.clients));
    for (const method of METHODS) {
      const handler = handlers[method];
      if (handler) app.on(method, path, (c) => handler(c, deps));
    }
  }
  return app;
}

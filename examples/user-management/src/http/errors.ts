import type { ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Log } from '../log.ts';

/** An answer other than success, in the shape that every error body of this service has. */
export class ApiError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const body = (code: string, error: string) => ({ error, code });

export const notFound: NotFoundHandler = (c) => c.json(body('not_found', 'There is nothing here.'), 404);

/** Answers errors as JSON. What was not meant for the caller is logged and answered without detail. */
export function onError(log: Log): ErrorHandler {
  return (error, c) => {
    if (error instanceof ApiError) return c.json(body(error.code, error.message), error.status);
    if (error instanceof HTTPException) return c.json(body('refused', error.message), error.status);
    log({ event: 'error', method: c.req.method, path: c.req.path, error: error.stack ?? String(error) });
    return c.json(body('internal', 'Something went wrong on our side.'), 500);
  };
}

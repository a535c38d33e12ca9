import * as health from './api/health/route.ts';
import * as ticket from './api/tickets/[id]/route.ts';
import * as tickets from './api/tickets/route.ts';
import type { Handlers } from './handlers.ts';

interface Route {
  path: string;
  handlers: Handlers;
  /** Needs no token. */
  open?: boolean;
}

export const routes: readonly Route[] = [
  { path: '/api/health', handlers: health, open: true },
  { path: '/api/tickets', handlers: tickets },
  { path: '/api/tickets/:id', handlers: ticket },
];

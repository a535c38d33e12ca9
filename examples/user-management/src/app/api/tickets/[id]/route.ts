import { ApiError } from '../../../../http/errors.ts';
import { readBody, readId } from '../../../../http/read-body.ts';
import { TicketRepository } from '../../../../lib/repositories/ticket.ts';
import { ticketChange } from '../../../../lib/validation/ticket.ts';
import type { Handler } from '../../../handlers.ts';

const noTicket = () => new ApiError(404, 'not_found', 'There is no such ticket.');

/** One ticket. */
export const GET: Handler = async (c, { db }) => {
  const ticket = await new TicketRepository(db).getTicketById(readId(c));
  if (!ticket) throw noTicket();
  return c.json({ data: ticket });
};

/** Changes its state. */
export const PATCH: Handler = async (c, { db }) => {
  const id = readId(c);
  const { status } = await readBody(c, ticketChange);
  const ticket = await new TicketRepository(db).setStatus(id, status);
  if (!ticket) throw noTicket();
  return c.json({ data: ticket });
};

import { readBody, readQuery } from '../../../http/read-body.ts';
import { TicketRepository } from '../../../lib/repositories/ticket.ts';
import { newTicket, ticketPage } from '../../../lib/validation/ticket.ts';
import type { Handler } from '../../handlers.ts';

/** Lists tickets, the newest first, by page. */
export const GET: Handler = async (c, { db }) => {
  const { page, limit } = readQuery(c, ticketPage);
  return c.json({ data: await new TicketRepository(db).listTickets(page, limit) });
};

/** Opens a ticket. */
export const POST: Handler = async (c, { db }) => {
  const input = await readBody(c, newTicket);
  const ticket = await new TicketRepository(db).createTicket({ ...input, client: c.get('client') });
  return c.json({ data: ticket }, 201);
};

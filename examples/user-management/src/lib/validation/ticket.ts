import { z } from 'zod';
import { TICKET_STATUSES } from '../../types/ticket.ts';

export const newTicket = z.strictObject({ subject: z.string().trim().min(1).max(200) });

export const ticketChange = z.strictObject({ status: z.enum(TICKET_STATUSES) });

export const ticketPage = z.object({
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

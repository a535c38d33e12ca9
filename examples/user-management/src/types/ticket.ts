export const TICKET_STATUSES = ['open', 'solved'] as const;

export interface Ticket {
  id: string;
  subject: string;
  status: (typeof TICKET_STATUSES)[number];
  /** Name of the API client that opened it. */
  client: string;
  created_at: Date;
}

export type NewTicket = Pick<Ticket, 'subject' | 'client'>;

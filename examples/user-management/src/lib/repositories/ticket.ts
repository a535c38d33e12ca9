import type { Database } from '../../db/client.ts';
import { ticketColumns } from '../../db/schema/tickets.ts';
import type { NewTicket, Ticket } from '../../types/ticket.ts';

/** Tickets in the database. */
export class TicketRepository {
  constructor(private readonly db: Database) {}

  createTicket({ subject, client }: NewTicket): Promise<Ticket> {
    return this.db.tx(async (sql) => {
      const [ticket] = await sql<[Ticket]>`
        INSERT INTO tickets (subject, client) VALUES (${subject}, ${client}) RETURNING ${sql(ticketColumns)}`;
      return ticket;
    });
  }

  /** Undefined where there is none of that id. */
  getTicketById(id: string): Promise<Ticket | undefined> {
    return this.db.tx(async (sql) => {
      const [ticket] = await sql<Ticket[]>`SELECT ${sql(ticketColumns)} FROM tickets WHERE id = ${id}`;
      return ticket;
    });
  }

  /** One page, counted from 1, the newest first. */
  listTickets(page: number, limit: number): Promise<Ticket[]> {
    return this.db.tx(
      async (sql) => sql<Ticket[]>`
        SELECT ${sql(ticketColumns)} FROM tickets
        ORDER BY created_at DESC, id LIMIT ${limit} OFFSET ${(page - 1) * limit}`,
    );
  }

  /** The changed ticket; undefined where there is none of that id. */
  setStatus(id: string, status: Ticket['status']): Promise<Ticket | undefined> {
    return this.db.tx(async (sql) => {
      const [ticket] = await sql<Ticket[]>`
        UPDATE tickets SET status = ${status} WHERE id = ${id} RETURNING ${sql(ticketColumns)}`;
      return ticket;
    });
  }
}

import { expect, it } from 'vitest';
import { withRollback } from '../../test/helpers.ts';
import { TicketRepository } from './ticket.ts';

it('finds, lists and solves tickets', () =>
  withRollback(async (db) => {
    const tickets = new TicketRepository(db);
    const one = await tickets.createTicket({ subject: 'The printer smokes', client: 'desk' });
    const other = await tickets.createTicket({ subject: 'The printer burns', client: 'desk' });
    expect(await tickets.getTicketById(one.id)).toEqual(one);
    expect((await tickets.listTickets(1, 10)).map(({ id }) => id).sort()).toEqual([one.id, other.id].sort());
    expect(await tickets.listTickets(3, 1)).toEqual([]);
    expect(await tickets.setStatus(one.id, 'solved')).toMatchObject({ id: one.id, status: 'solved' });
    expect(await tickets.setStatus('00000000-0000-4000-8000-000000000000', 'open')).toBeUndefined();
  }));

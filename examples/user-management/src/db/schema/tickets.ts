/** The columns of `tickets`, as a migration makes them. */
export const ticketColumns = ['id', 'subject', 'status', 'client', 'created_at'] as const;

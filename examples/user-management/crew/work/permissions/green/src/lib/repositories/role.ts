import type { Database } from '../../db/client.ts';

/** Who has which role. */
export class RoleRepository {
  constructor(private readonly db: Database) {}

  /** Gives the user a role, once; false where there is no role of that name. */
  assignRole(userId: string, role: string): Promise<boolean> {
    return this.db.tx(async (sql) => {
      const [found] = await sql<{ id: string }[]>`SELECT id FROM roles WHERE name = ${role}`;
      if (!found) return false;
      await sql`
        INSERT INTO user_roles (user_id, role_id) VALUES (${userId}, ${found.id}) ON CONFLICT DO NOTHING`;
      return true;
    });
  }
}

import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: z.url(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(1).max(20).default(4),
});

/** What the service is told by its environment. */
export interface Config {
  databaseUrl: string;
  host: string;
  /** 0 takes any free port. */
  port: number;
  databaseConnections: number;
}

/** Reads the configuration; throws with every missing or wrong variable named. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new Error(`bad configuration\n${z.prettifyError(parsed.error)}`);
  return {
    databaseUrl: parsed.data.DATABASE_URL,
    host: parsed.data.HOST,
    port: parsed.data.PORT,
    databaseConnections: parsed.data.DATABASE_CONNECTIONS,
  };
}

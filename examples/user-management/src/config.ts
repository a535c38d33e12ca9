import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: z.url(),
  /** JSON: the name of each client and its token. */
  API_CLIENTS: z
    .string()
    .transform((text, ctx) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        ctx.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(z.record(z.string(), z.string().min(16))),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
});

/** What the service is told by its environment. */
export interface Config {
  databaseUrl: string;
  /** Token of each API client by its name. */
  clients: Readonly<Record<string, string>>;
  host: string;
  /** 0 takes any free port. */
  port: number;
}

/** Reads the configuration; throws with every missing or wrong variable named. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new Error(`bad configuration\n${z.prettifyError(parsed.error)}`);
  const { DATABASE_URL: databaseUrl, API_CLIENTS: clients, HOST: host, PORT: port } = parsed.data;
  return { databaseUrl, clients, host, port };
}

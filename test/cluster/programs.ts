import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

/** The server of docker-compose.yml. */
const MODULE = 'go.temporal.io/server';
const VERSION = 'v1.31.2';
/** Two cores compile the server in ten minutes; downloads come before. */
const BUILD_TIMEOUT_MS = 45 * 60_000;

export interface ServerPrograms {
  readonly server: string;
  readonly sqlTool: string;
  /** The folder with the schemas of PostgreSQL 12 and later. */
  readonly schemas: string;
}

const there = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Temporal's server and its tool for schemas, compiled by Go the first time. @throws Error if there is no Go */
export async function serverPrograms(say: (line: string) => void): Promise<ServerPrograms> {
  const folder = path.join(homedir(), '.cache', 'baton', 'temporal-server', VERSION);
  const [server, sqlTool] = [path.join(folder, 'server'), path.join(folder, 'sql')];
  await mkdir(folder, { recursive: true });
  const go = (...args: string[]) =>
    execa('go', args, { env: { GOBIN: folder }, cwd: folder, timeout: BUILD_TIMEOUT_MS });
  for (const [file, name] of [
    [server, 'cmd/server'],
    [sqlTool, 'cmd/tools/sql'],
  ] as const) {
    if (await there(file)) continue;
    say(`compiling ${MODULE}/${name}@${VERSION}, which takes minutes`);
    await go('install', `${MODULE}/${name}@${VERSION}`);
  }
  const { stdout } = await go('mod', 'download', '-json', `${MODULE}@${VERSION}`);
  const { Dir } = JSON.parse(stdout) as { readonly Dir: string };
  return { server, sqlTool, schemas: path.join(Dir, 'schema/postgresql/v12') };
}

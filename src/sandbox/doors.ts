import { createServer, connect as dial, type Server, type Socket } from 'node:net';

/** A port of a sandbox's loopback that leads out of it by a socket. */
export interface Door {
  readonly port: number;
  /** Path of the socket, as it is inside. */
  readonly socket: string;
}

/** Put before a command inside, which has these doors then; nothing without doors. */
export const throughDoors = (doors: readonly Door[]): string[] =>
  doors.length === 0
    ? []
    : ['/bin/sh', '-c', BRIDGE, 'bridge', doors.map(({ port, socket }) => `${port}=${socket}`).join(' ')];

/** Starts what listens on each port inside, waits until all do, and becomes the command. */
const BRIDGE = `for door in $1; do
  socat "TCP-LISTEN:\${door%%=*},bind=127.0.0.1,fork,reuseaddr" "UNIX-CONNECT:\${door#*=}" </dev/null >/dev/null 2>&1 &
done
for door in $1; do
  until grep -q ":$(printf %04X "\${door%%=*}") 00000000:0000 0A" /proc/net/tcp; do sleep 0.01; done
done
shift
exec "$@"`;

/** Makes a socket that leads to a port of the machine's loopback. @returns what closes it */
export const socketTo = (port: number, file: string): Promise<() => void> =>
  relay(
    (server) => server.listen(file),
    () => dial(port, '127.0.0.1'),
  );

/** Makes a port of the machine's loopback that leads to a socket. @returns what closes it */
export const portTo = (file: string, port: number): Promise<() => void> =>
  relay(
    (server) => server.listen({ port, host: '127.0.0.1', exclusive: true }),
    () => dial(file),
  );

async function relay(listen: (server: Server) => void, connect: () => Socket): Promise<() => void> {
  const open = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = connect();
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => open.delete(one));
    }
    inner.pipe(outer).pipe(inner);
  });
  await new Promise<void>((resolve, reject) => {
    listen(server.once('error', reject).once('listening', resolve));
  });
  return () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
}

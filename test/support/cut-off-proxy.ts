import { connect, createServer, type Server, type Socket } from 'node:net';

/** The network between a worker and its server: a proxy on loopback that can be cut. */
export class CutOffProxy {
  private readonly sockets = new Set<Socket>();
  private cut = false;

  private constructor(private readonly server: Server) {}

  /** @param upstream `host:port` of the server, which may go and come again there. */
  static async start(upstream: string): Promise<CutOffProxy> {
    const [host, port] = [upstream.slice(0, upstream.lastIndexOf(':')), Number(upstream.split(':').at(-1))];
    const server = createServer((near) => proxy.join(near, () => connect({ host, port })));
    const proxy = new CutOffProxy(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get address(): string {
    const at = this.server.address();
    if (at === null || typeof at === 'string') throw new Error('the proxy does not listen');
    return `127.0.0.1:${at.port}`;
  }

  /** Ends all connections, and refuses new ones until {@link mend}. */
  sever(): void {
    this.cut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.cut = false;
  }

  async stop(): Promise<void> {
    this.sever();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket, open: () => Socket): void {
    if (this.cut) {
      near.destroy();
      return;
    }
    const far = open();
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}

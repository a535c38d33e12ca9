import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

/** Bare repositories of a folder over HTTP on loopback, as a service has them: with a name and a password. */
export class GitOverHttp {
  /** What processes there were, at each request: their arguments. */
  readonly processes: string[] = [];
  /** Requests that were let in. */
  served = 0;
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch(() => response.destroy());
  });

  private constructor(
    private readonly folder: string,
    private readonly login: string,
    private readonly noteProcesses: boolean,
  ) {}

  /** @param noteProcesses - false: {@link processes} stays empty, and requests are answered sooner */
  static async start(folder: string, login: string, noteProcesses = true): Promise<GitOverHttp> {
    const service = new GitOverHttp(folder, login, noteProcesses);
    service.server.listen(0, '127.0.0.1');
    await once(service.server, 'listening');
    return service;
  }

  /** `127.0.0.1:port`. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.noteProcesses) {
      const { stdout } = await promisify(execFile)('ps', ['axww', '-o', 'args'], { maxBuffer: 2 ** 26 });
      this.processes.push(stdout);
    }
    const wanted = `Basic ${Buffer.from(this.login).toString('base64')}`;
    if (request.headers.authorization !== wanted) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
      return;
    }
    this.served += 1;
    const { pathname, search } = new URL(request.url ?? '', `http://${this.host}`);
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: this.folder,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: pathname,
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method,
        REMOTE_USER: 'test',
        CONTENT_TYPE: request.headers['content-type'],
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
        GIT_PROTOCOL: request.headers['git-protocol'] as string | undefined,
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(child.stdin);
    const pieces: Buffer[] = [];
    for await (const piece of child.stdout) pieces.push(piece as Buffer);
    const all = Buffer.concat(pieces);
    const end = all.indexOf('\r\n\r\n');
    const headers = all.subarray(0, end).toString().split('\r\n');
    let status = 200;
    for (const line of headers) {
      const [name = '', value = ''] = line.split(/: (.*)/);
      if (name === 'Status') status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status).end(all.subarray(end + 4));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** Where a bare repository of the service is. */
export const bareIn = (folder: string, name: string): string => path.join(folder, `${name}.git`);

import { readdir, readFile, readlink } from 'node:fs/promises';
import type { ListenAddress } from '../../src/dev-server/server-arguments.ts';
import { descendantsOf } from '../../src/processes/process-table.ts';

/** The state of a socket that listens, in `/proc/net/tcp`. */
const LISTENING = '0A';

/** Where a process, and all that it started, listens on IPv4. Linux only. */
export async function listeningAddresses(pid: number): Promise<ListenAddress[]> {
  const pids = [pid, ...(await descendantsOf(pid)).map((info) => info.pid)];
  const sockets = new Set((await Promise.all(pids.map(socketsOf))).flat());
  const rows = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
    if (state !== LISTENING || !sockets.has(`socket:[${inode}]`)) return [];
    const [address = '', port = ''] = local.split(':');
    // Bytes of the address, the last one first.
    const host = [...Buffer.from(address, 'hex')].reverse().join('.');
    return [{ host, port: Number.parseInt(port, 16) }];
  });
}

async function socketsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return links.filter((link) => link.startsWith('socket:'));
}

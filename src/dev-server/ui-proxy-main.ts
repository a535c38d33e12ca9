import { portOf } from './ports.ts';
import type { ListenAddress } from './server-arguments.ts';
import { startUiProxy } from './ui-proxy.ts';

/** The proxy as a process of its own, for a Web UI in a container: `ui-proxy-main LISTEN:PORT UI:PORT`. */
const [at, ui] = process.argv.slice(2).map(addressOf);
if (at === undefined || ui === undefined) throw new Error('Two addresses are wanted: host:port host:port.');
const proxy = await startUiProxy(at, ui);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void proxy.close());

function addressOf(text: string): ListenAddress {
  const port = portOf(text);
  if (port === undefined) throw new Error(`"${text}" is not host:port.`);
  return { host: text.slice(0, text.lastIndexOf(':')), port };
}

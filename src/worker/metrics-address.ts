import { isIP } from 'node:net';
import { BatonError } from '../domain/failures.ts';

const LOOPBACK = '127.0.0.1';
const WRITTEN = /^(?:(\[[0-9a-fA-F:]+\]|[^:[\]]+):)?(\d{1,5})$/;

/** Why `text` can't say where metrics are served, or undefined. */
export const metricsProblem = (text: string): string | undefined =>
  parsed(text) === undefined
    ? 'It is a port, or an IP address and a port, such as 9464 or 127.0.0.1:9464.'
    : undefined;

/**
 * Where a worker serves its metrics, as `BATON_METRICS` says: `127.0.0.1:9464`. Undefined: nowhere, which is the default.
 * @throws BatonError `BadInput` if it isn't a port, or an IP address and a port.
 */
export function metricsAddress(configured: string | undefined): string | undefined {
  if (configured === undefined || configured === '') return undefined;
  const address = parsed(configured);
  if (address === undefined)
    throw new BatonError('BadInput', `BATON_METRICS is "${configured}". ${metricsProblem(configured)}`);
  return address;
}

function parsed(text: string): string | undefined {
  const [, written = LOOPBACK, port] = WRITTEN.exec(text) ?? [];
  const host = written === 'localhost' ? LOOPBACK : written;
  const known = isIP(host.replace(/^\[|\]$/g, ''));
  if (port === undefined || known === 0 || (known === 6) !== host.startsWith('[')) return undefined;
  return Number(port) >= 1 && Number(port) <= 65_535 ? `${host}:${Number(port)}` : undefined;
}

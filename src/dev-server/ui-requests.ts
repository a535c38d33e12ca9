import type { IncomingMessage } from 'node:http';

/** The names under which this machine alone is reached; with any port, because a person may forward it by SSH. */
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

/** Whether a request's `Host` is this machine itself, and no name that was pointed at it. */
export const isLoopbackHost = (host: string): boolean => LOOPBACK_HOST.test(host);

/**
 * Why a request to the Web UI isn't answered, or undefined if it is. Temporal's Web UI checks no host name, and
 * takes every page that has its origin for its own: a page whose name was pointed at this machine is one.
 * Answered are the Web UI's own pages, what a person opens, links to it, and programs, which send no origin.
 */
export function uiRefusal({
  method,
  url = '',
  headers,
}: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): string | undefined {
  const { host = '', origin } = headers;
  if (!isLoopbackHost(host)) return 'This host name is not allowed. Open http://127.0.0.1 with this port.';
  if (!url.startsWith('/')) return 'A path is expected.';
  if (origin !== undefined && origin !== `http://${host}`) return 'Requests of other pages are not allowed.';
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return undefined;
  // A link opens the page as one of its own; a frame, a script or an image would be used by the other page.
  const isLink = method === 'GET' && headers['sec-fetch-dest'] === 'document';
  return isLink ? undefined : 'Requests of other pages are not allowed.';
}

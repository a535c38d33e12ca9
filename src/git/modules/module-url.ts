import path from 'node:path';
import { isLocal } from '../remote/origin.ts';

/** What git speaks over a network by itself. Others are programs (`ext::`), or read what is open (`fd::`). */
const SCHEME = /^(?:https?|ssh|git|git\+ssh|ssh\+git|file):\/\//i;
const OTHER_SCHEME = /^[\w+.-]+:(?::|\/\/)/;
/** `host:path`, as ssh takes it. */
const HOST_AND_PATH = /^[^/:\s-][^/:\s]*:[^:]/;

/**
 * The URL of a submodule, from what `.gitmodules` says and where the repository with that file comes from: relative ones
 * as git resolves them. @returns undefined where it is none that Baton fetches from
 */
export const moduleUrl = (from: string, said: string): string | undefined => {
  if (said === '' || said.startsWith('-') || /\p{Cc}/u.test(said)) return undefined;
  const url = /^\.\.?(?:\/|$)/.test(said) ? resolved(from, said) : said;
  if (url === undefined) return undefined;
  if (OTHER_SCHEME.test(url) && !SCHEME.test(url)) return undefined;
  const local = isLocal(url);
  if (!local) return SCHEME.test(url) || HOST_AND_PATH.test(url) ? url : undefined;
  // Who writes a repository on a server must not name folders of this machine.
  return isLocal(from) && (url.startsWith('file://') || path.isAbsolute(url)) ? url : undefined;
};

const resolved = (from: string, relative: string): string | undefined => {
  let at = from.replace(/\/+$/, '');
  let rest = relative;
  let between = '/';
  for (;;) {
    if (rest === '..') rest = '../';
    if (rest.startsWith('../')) {
      rest = rest.slice(3);
      const cut = Math.max(at.lastIndexOf('/'), at.lastIndexOf(':'));
      // Not above a host, nor above everything.
      const host = at.includes('://') ? at.indexOf('/', at.indexOf('://') + 3) : 0;
      if (cut < 0 || host < 0 || cut < host) return undefined;
      between = at[cut] === ':' ? ':' : '/';
      at = at.slice(0, cut);
    } else if (rest.startsWith('./')) rest = rest.slice(2);
    else break;
  }
  return `${at}${between}${rest}`.replace(/\/+$/, '');
};

import path from 'node:path';

/** All in the environment that decides where the Temporal CLI is looked for, as one string to compare. */
export function lookupSettings(env = process.env) {
  const { BATON_CACHE = '', XDG_CACHE_HOME = '', HOME = '', PATH = '' } = env;
  // npm puts node_modules directories before PATH, and others depending on where it was called from.
  const directories = PATH.split(path.delimiter).filter((one) => !/node_modules|node-gyp-bin/.test(one));
  return [BATON_CACHE, XDG_CACHE_HOME, HOME, ...directories].join('\n');
}

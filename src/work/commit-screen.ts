import { createHash } from 'node:crypto';
import type { CommitScreen, FileToScreen, Withheld } from '../git/commit-screen.ts';
import type { KnownSecrets } from '../processes/secrets/known-secrets.ts';
import { secretIn } from '../processes/secrets/secrets.ts';
import { secretByRules } from './secret-rules.ts';

/** Keeps the known secrets out of commits, and what looks like a private key or a provider's token. */
export const screenOf = (secrets: KnownSecrets): CommitScreen => ({
  message: (text) => secrets.text(text),
  file: async (file) => {
    const what = await whatIsIn(secrets, file);
    return what === undefined ? undefined : withheld(secrets, file, what);
  },
});

async function whatIsIn(secrets: KnownSecrets, { path, content, before }: FileToScreen) {
  const inName = secretIn(path, secrets.list);
  if (inName !== undefined) return `its name has the value of ${inName}`;
  if (content === undefined) return undefined;
  const inContent = secretIn(content, secrets.list);
  // What stood there before is in the history already, and not this packet's to take out.
  if (inContent !== undefined && secretIn((await before()) ?? '', secrets.list) === undefined)
    return `it has the value of ${inContent}`;
  return secretByRules(path, content, before);
}

function withheld(secrets: KnownSecrets, { path, content }: FileToScreen, what: string): Withheld {
  const shown = secrets.text(path);
  const digest = createHash('sha256')
    .update(content ?? '')
    .digest('hex')
    .slice(0, 20);
  // Of no file's own form, so that it allows nothing else of it.
  return { path: shown, what, allowance: `secret in ${shown}@${digest}` };
}

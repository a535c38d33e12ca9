import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hooksAmong, looksAtMessages, messageCommand, runsHooks } from '../config/hooks.ts';
import { identitiesOf } from '../domain/commit-message.ts';
import { BatonError } from '../domain/failures.ts';
import { readRegularText } from '../files/regular-file.ts';
import { putInside } from '../git/worktree/plain-files.ts';
import { isRealFolder } from '../git/worktree/worktree-paths.ts';
import { runConfined, sandboxRemarks } from '../sandbox/run-confined.ts';
import { checkEnvironment } from './check-environment.ts';
import { confineCommand } from './confine.ts';
import { inLane } from './in-lane.ts';
import type { ToMeasure } from './run-checks.ts';
import { mustStandAt } from './set-up.ts';

/** A message is looked at in seconds; one that waits for somebody waits for ever. */
const MESSAGE_TIMEOUT_MS = 2 * 60_000;
/** Larger messages are no messages. */
const MOST_BYTES = 256 * 1024;
/** What a person reads of a refusal. */
const MOST_OF_TAIL = 1_500;
const MESSAGE_FILE = '.git/COMMIT_EDITMSG';

/** A hook takes none of the messages. */
class RefusedMessage extends BatonError {}

/** For `catch`: undefined if a hook refused the message, else the error again. */
export const unlessRefused = (error: unknown): undefined => {
  if (!(error instanceof RefusedMessage)) throw error;
  return undefined;
};

/** A message as the hooks left it, or what they said against it. */
type Looked = { readonly message: string } | { readonly refused: string };

/** Hooks give a message a random id: the same message of the same commit keeps its own. */
const MOST_REMEMBERED = 200;
const remembered = new Map<string, Promise<Looked>>();

/** Whether messages of the commits that Baton lands go through hooks of the repository. */
export const hasMessageHooks = async ({ site, commit }: ToMeasure): Promise<boolean> => {
  const { config, repo } = site;
  if (!runsHooks(config)) return false;
  const files = await repo.whole.listingOf(commit);
  return looksAtMessages(hooksAmong(config.hooks, (file) => files.has(file)));
};

/** A text that begins with a word in small letters; `API` and the like stay. */
export const inLowerCase = (text: string): string =>
  text.replace(/^\p{Lu}(?=\p{Ll}|\s)/u, (first) => first.toLowerCase());

/**
 * The message of a commit as the repository's hooks leave it: the first of `messages` that they take.
 *
 * @param job - the commit as it would be made without them, and a tree of Baton's own to look at it in
 * @throws BatonError `Repository`, with the hook's words, if they take none
 */
export async function throughMessageHooks(job: ToMeasure, messages: readonly string[]): Promise<string> {
  const [wanted = ''] = messages;
  if (!(await hasMessageHooks(job))) return wanted;
  const looked = await firstTaken(job, messages);
  if ('message' in looked) return looked.message;
  throw new RefusedMessage(
    'Repository',
    `The repository's hook for messages of commits refuses what Baton would land:\n${indented(wanted)}\nIt says: ${looked.refused}\n` +
      'If what the hook needs was missing on this machine, mend that and try again. Else stop here, set commits.subject in ' +
      'baton.yaml to the form that the hook wants, or hooks: none, and start the feature again: the work so far is kept.',
  );
}

/** What the hooks say against the first of `messages`; undefined if they take one of them, or there are none. */
export async function messageRefusal(
  job: ToMeasure,
  messages: readonly string[],
): Promise<string | undefined> {
  if (!(await hasMessageHooks(job))) return undefined;
  const looked = await firstTaken(job, messages);
  return 'refused' in looked ? looked.refused : undefined;
}

async function firstTaken(job: ToMeasure, messages: readonly string[]): Promise<Looked> {
  let refused: string | undefined;
  for (const message of new Set(messages)) {
    const looked = await lookedAt(job, message);
    if ('message' in looked) return looked;
    refused ??= looked.refused;
  }
  return { refused: refused ?? '' };
}

const indented = (text: string): string => text.trimEnd().replace(/^/gm, '    ');

const lookedAt = (job: ToMeasure, message: string): Promise<Looked> => {
  const { site, commit } = job;
  const of = [site.repo.clone, site.config.hooks, commit, message];
  const key = createHash('sha256').update(JSON.stringify(of)).digest('base64');
  const known = remembered.get(key) ?? look(job, message);
  if (remembered.size >= MOST_REMEMBERED) remembered.delete(remembered.keys().next().value ?? '');
  remembered.set(key, known);
  // A refusal may have come from the machine: asked again, it is looked at again.
  known.then(
    (looked) => 'refused' in looked && remembered.delete(key),
    () => remembered.delete(key),
  );
  return known;
};

async function look({ shop, site, tree, commit, signal }: ToMeasure, message: string): Promise<Looked> {
  await mustStandAt(shop, site, tree, commit, signal);
  const given = shop.featureFile(tree.feature, `${tree.name}.message`);
  await mkdir(path.dirname(given), { recursive: true });
  await writeFile(given, message);
  await putInside(tree.path, MESSAGE_FILE, given);
  const { author, committer } = identitiesOf(site.config.commits);
  const whose = {
    ...{ GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email },
    ...{ GIT_COMMITTER_NAME: committer.name, GIT_COMMITTER_EMAIL: committer.email },
  };
  const run = await inLane((lane) =>
    runConfined(
      {
        command: [
          'sh',
          '-c',
          messageCommand(site.config.hooks ?? ''),
          'hooks',
          path.join(tree.path, MESSAGE_FILE),
        ],
        cwd: tree.path,
        env: checkEnvironment(site, tree.packet ?? tree.name, { ...lane, ...whose }),
        timeoutMs: MESSAGE_TIMEOUT_MS,
        signal,
        secrets: shop.secrets.list,
      },
      confineCommand(shop, site, tree, 'hooks'),
    ),
  );
  await run.disposeLog();
  signal?.throwIfAborted();
  const remarks = sandboxRemarks(run, 'hooks').join('; ');
  const said = `${run.tail.trim().slice(-MOST_OF_TAIL)} ${remarks}`.trim();
  if (run.timedOut) return { refused: `(nothing within two minutes) ${said}`.trim() };
  if (run.exitCode !== 0) return { refused: said || `(nothing, with exit code ${run.exitCode})` };
  const left = await messageIn(tree.path);
  return left === '' ? { refused: 'it left an empty message' } : { message: `${left}\n` };
}

/** As git takes it from the file: without spaces at ends of lines, and without empty lines at its own ends. */
const messageIn = async (tree: string): Promise<string> => {
  // What ran there may have put a link in its place.
  if (!(await isRealFolder(path.join(tree, '.git')))) return '';
  const text = await readRegularText(path.join(tree, MESSAGE_FILE), { most: MOST_BYTES });
  return text
    .replace(/[ \t\r]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
};

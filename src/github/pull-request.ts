import { z } from 'zod';
import { BODY_FILE, type GhAnswer, type GhRun, runGh, type Unavailable } from './gh.ts';

/** All of a branch: it has one request for each time it was landed. */
const MOST_LISTED = '30';
/** An address that can be shown anywhere: no white space, no markup. */
const URL = /https?:\/\/[^\s<>"'`()[\]]{1,300}/;

const listed = z.array(
  z.object({
    number: z.number().int().positive(),
    url: z.string().regex(new RegExp(`^${URL.source}$`)),
    state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
    baseRefName: z.string(),
    headRefOid: z.string(),
    isCrossRepository: z.boolean(),
    title: z.string(),
    body: z.string().nullable(),
  }),
);
type Listed = z.infer<typeof listed>[number];
const FIELDS = 'number,url,state,baseRefName,headRefOid,isCrossRepository,title,body';

export interface PullRequestToOpen {
  /** As `gh --repo` takes it. */
  readonly repository: string;
  readonly base: string;
  /** Branch at the origin. */
  readonly head: string;
  /** Where that branch is. */
  readonly commit: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

export type PullRequest =
  | {
      readonly kind: 'open';
      readonly url: string;
      /** `opened`: by this call; `updated`: it was there, and has the new text; the others: it was there so. */
      readonly how: 'opened' | 'updated' | 'was there' | 'was merged' | 'was closed';
    }
  | Unavailable;

/**
 * Opens a pull request of `head` against `base`, once: one that is open already gets the text, one of this very commit
 * that people have merged or closed meanwhile is left as it is. May be repeated after a crash at any moment.
 *
 * @throws BatonError `PullRequest` for what may pass by itself
 */
export async function openPullRequest(request: PullRequestToOpen, run: GhRun = {}): Promise<PullRequest> {
  const there = await find(request, run);
  if (there.kind !== 'found') return there;
  if (there.request !== undefined) return update(request, there.request, run);
  const { repository, base, head, title, body } = request;
  const made = await runGh(
    [
      'pr',
      'create',
      `--repo=${repository}`,
      `--base=${base}`,
      `--head=${head}`,
      `--title=${title}`,
      '--body-file',
      BODY_FILE,
    ],
    { ...run, body },
  );
  const url = made.kind === 'done' ? new RegExp(URL.source).exec(made.stdout)?.[0] : undefined;
  if (url !== undefined) return { kind: 'open', url, how: 'opened' };
  if (made.kind === 'unavailable') return made;
  // The list may lag behind a request that a killed attempt had opened.
  const again = await find(request, run);
  if (again.kind === 'found' && again.request !== undefined) return update(request, again.request, run);
  return again.kind === 'found' ? refused('opened', made) : again;
}

async function find(
  { repository, base, head, commit }: PullRequestToOpen,
  run: GhRun,
): Promise<{ readonly kind: 'found'; readonly request: Listed | undefined } | Unavailable> {
  const answer = await runGh(
    [
      'pr',
      'list',
      `--repo=${repository}`,
      `--head=${head}`,
      '--state=all',
      `--limit=${MOST_LISTED}`,
      `--json=${FIELDS}`,
    ],
    run,
  );
  if (answer.kind !== 'done') return refused('looked for', answer);
  const parsed = listed.safeParse(parse(answer.stdout));
  if (!parsed.success)
    return refused('looked for', {
      kind: 'failed',
      said: 'its answer has another form: is this a recent gh?',
    });
  // A fork's branch may have the same name.
  const own = parsed.data.filter(({ isCrossRepository }) => !isCrossRepository);
  const open = own.filter(({ state }) => state === 'OPEN');
  const request =
    open.find(({ baseRefName }) => baseRefName === base) ??
    open[0] ??
    own.find(({ headRefOid, baseRefName }) => headRefOid === commit && baseRefName === base);
  return { kind: 'found', request };
}

async function update(request: PullRequestToOpen, there: Listed, run: GhRun): Promise<PullRequest> {
  const { url, state } = there;
  if (state !== 'OPEN') return { kind: 'open', url, how: state === 'MERGED' ? 'was merged' : 'was closed' };
  const { repository, title, body } = request;
  if (there.title === title && sameText(there.body ?? '', body))
    return { kind: 'open', url, how: 'was there' };
  const edited = await runGh(
    [
      'pr',
      'edit',
      String(there.number),
      `--repo=${repository}`,
      `--title=${title}`,
      '--body-file',
      BODY_FILE,
    ],
    { ...run, body },
  );
  return edited.kind === 'done'
    ? { kind: 'open', url, how: 'updated' }
    : refused('brought up to date', edited);
}

/** The service ends lines in its own way. */
const sameText = (one: string, other: string) =>
  one.replaceAll('\r\n', '\n').trim() === other.replaceAll('\r\n', '\n').trim();

const refused = (what: string, answer: GhAnswer): Unavailable =>
  answer.kind === 'unavailable'
    ? answer
    : {
        kind: 'unavailable',
        why: `the pull request could not be ${what}: ${answer.kind === 'failed' ? answer.said : 'gh gave no address'}`,
      };

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

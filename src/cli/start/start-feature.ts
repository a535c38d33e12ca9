import { userInfo } from 'node:os';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { Config } from '../../domain/config.ts';
import { featureDetails } from '../../domain/details.ts';
import { featureIdProblem, featureWorkflowId, landedBranch, MAIN_TASK_QUEUE } from '../../domain/ids.ts';
import { summaryOf } from '../../domain/markdown.ts';
import { type FeatureRequest, WORKFLOWS } from '../../domain/messages.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { requestDoubts } from '../../domain/request-doubts.ts';
import { hideCredentials } from '../../git/git-error.ts';
import { repositoryName } from '../../github/repository-name.ts';
import { KnownSecrets } from '../../processes/secrets/known-secrets.ts';
import { secretIn } from '../../processes/secrets/secrets.ts';
import { splitCredential } from '../../processes/secrets/url-credentials.ts';
import { workerSecrets } from '../../work/known-values.ts';
import { CommandError } from '../command-error.ts';
import { say } from '../output.ts';
import type { Server } from '../server/connection.ts';
import { describeFeature, within } from '../server/feature-lookup.ts';
import { savedReport } from '../server/saved-reports.ts';
import { branchesOf, readBaseToStart } from './base-config.ts';
import { makeFeatureId } from './feature-id.ts';
import { hooksProblem, noticeHooks } from './hooks-notice.ts';
import { readPackets } from './read-packets.ts';
import { repositoryPlace } from './repository-place.ts';
import { noticeSandbox } from './sandbox-notice.ts';
import { noticeUncommitted } from './uncommitted-notice.ts';

/** Longer requests belong into a document of the repository. */
const MAX_REQUEST = 8000;
/** The server takes 2 MiB in one payload; packets travel in several. */
const MAX_INPUT_BYTES = 1_000_000;
const START_TIMEOUT_MS = 10_000;
const KEYWORD = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
const REPOSITORY = defineSearchAttributeKey('BatonRepository', SearchAttributeType.KEYWORD);
/** A server with PostgreSQL or MySQL refuses longer keywords, and the start with them. */
const MOST_OF_KEYWORD = 255;

/** What a person asked for. */
export interface StartOptions {
  readonly request: string;
  readonly repo: string;
  readonly base?: string | undefined;
  readonly root?: string | undefined;
  readonly id?: string | undefined;
  readonly packets?: string | undefined;
  readonly yes: boolean;
}

/** Everything that can be checked without a server. @throws CommandError for the first thing that is wrong. */
export async function prepareStart(options: StartOptions): Promise<FeatureRequest> {
  const request = options.request.trim();
  refuseSecretIn(request);
  if (request === '') throw new CommandError('The request is empty: say in words what is to be built.');
  if (request.length > MAX_REQUEST)
    throw new CommandError(
      `The request has ${request.length} characters, at most ${MAX_REQUEST} are taken: put the detail into a document of the repository and name it.`,
    );
  const feature = options.id ?? makeFeatureId(request);
  refuseCredential(options.repo);
  const idProblem = featureIdProblem(feature);
  if (idProblem !== undefined) throw new CommandError(`${idProblem}.`);
  const { repo, base, baseCommit, config, users, names } = await readBaseToStart(options.repo, options);
  if (users.problem !== undefined) throw new CommandError(users.problem);
  for (const notice of users.notices) say(notice);
  await noticeSandbox(config);
  await noticeUncommitted(repo, base);
  const wrongHooks = await hooksProblem(repo, names, config);
  if (wrongHooks !== undefined) throw new CommandError(`${wrongHooks}.`);
  await noticeHooks(repo, names, config);
  if (config.land === 'pull-request' && repositoryName(repo) === undefined)
    say(
      `${hideCredentials(repo)} is not the address of a repository at a service: the work will be pushed there as ` +
        `${landedBranch(feature)}, but a pull request can't be opened. For one, start with --repo https://host/owner/name.`,
    );
  const named = options.id !== undefined || options.packets !== undefined;
  const branches = named ? await branchesOf(repo) : new Set<string>();
  if (options.id !== undefined && config.land !== 'merge' && branches.has(landedBranch(feature)))
    throw new CommandError(
      `The id "${feature}" is in use: the repository has the branch ${landedBranch(feature)} already.\n` +
        'Choose another --id, or delete that branch.',
    );
  const packets =
    options.packets === undefined
      ? []
      : await readPackets(options.packets, { feature, base, branches }, config.checks);
  const doubts = requestDoubts(request, names, packets);
  const prepared: FeatureRequest = {
    feature,
    request,
    repo,
    base,
    baseCommit,
    ...rootOf(options, config),
    packets,
    yes: options.yes,
    startedBy: userName(),
    searchAttributes: false,
    ...(doubts.questions.length + doubts.remarks.length > 0 && { doubts }),
    ...(users.content !== undefined && { content: users.content }),
  };
  if (Buffer.byteLength(JSON.stringify(prepared)) > MAX_INPUT_BYTES)
    throw new CommandError(
      'The packets are larger than 1 MB together: move detail into documents and name them.',
    );
  return prepared;
}

/** The worker finds the same baton.yaml by it. */
const rootOf = ({ root: asked }: StartOptions, { root }: Config): Pick<FeatureRequest, 'root'> =>
  asked === undefined && root === undefined ? {} : { root: root ?? '' };

/** Of what this command's environment has: a person may have pasted it. */
function refuseSecretIn(request: string): void {
  const secrets = new KnownSecrets();
  secrets.add(workerSecrets());
  const name = secretIn(request, secrets.list);
  if (name !== undefined)
    throw new CommandError(
      `The request has the value of ${name}, which everybody could read in the feature's history: name the variable instead.`,
    );
}

/** It would stand in the feature's history, and its worker would need it for as long as the feature lives. */
function refuseCredential(repo: string): void {
  const { url, credential } = splitCredential(repo);
  if (credential === undefined) return;
  throw new CommandError(
    `The address of the repository has a password or a token in it, which everybody could read in the feature's history.\n` +
      `Start with --repo ${url}, and let git find the password where the worker runs: by a credential helper ` +
      '(gh auth setup-git, git credential approve), or by BATON_GIT_CREDENTIALS in its environment (docs/configuration.md).',
  );
}

/** The name decisions and requests are signed with. */
export function userName(): string {
  try {
    return process.env.USER || userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** Refuses an id that names a feature already, running or closed. */
export async function checkIdIsFree({ client }: Server, home: string, feature: string): Promise<void> {
  const known = await describeFeature(client, feature);
  const saved = known === undefined ? await savedReport(home, feature) : undefined;
  if (known === undefined && saved === undefined) return;
  throw idInUse(feature, known?.status.name.toLowerCase() ?? `ended: ${saved?.outcome}`);
}

const idInUse = (feature: string, state: string) =>
  new CommandError(
    `The id "${feature}" is in use: a feature of that name is there (${state}).\n` +
      `Look at it: baton status ${feature}. Choose another --id, or leave it out.`,
  );

/**
 * Starts the workflow. Returns its run id.
 *
 * @param as - `again`: another execution under an id that one had that has ended
 */
export async function startFeature(
  server: Server,
  request: FeatureRequest,
  as: 'new' | 'again' = 'new',
): Promise<string> {
  const { client } = server;
  const known = await knownSearchAttributes(server);
  // Whoever encrypts what the server keeps wouldn't have it read there in the plain.
  const isPlain = client.options.loadedDataConverter.payloadCodecs.length === 0;
  const input = { ...request, searchAttributes: hasFeatures(known) };
  const repository = repositoryPlace(request.repo);
  try {
    const handle = await within(client, START_TIMEOUT_MS, () =>
      client.workflow.start<(input: FeatureRequest) => Promise<FeatureReport>>(WORKFLOWS.feature, {
        taskQueue: MAIN_TASK_QUEUE,
        workflowId: featureWorkflowId(request.feature),
        workflowIdReusePolicy:
          as === 'again' ? WorkflowIdReusePolicy.ALLOW_DUPLICATE : WorkflowIdReusePolicy.REJECT_DUPLICATE,
        args: [input],
        staticSummary: summaryOf(request.request),
        staticDetails: featureDetails(request),
        ...(isPlain &&
          known.get(REPOSITORY.name) === KEYWORD &&
          repository.length <= MOST_OF_KEYWORD && {
            typedSearchAttributes: [{ key: REPOSITORY, value: repository }],
          }),
      }),
    );
    return handle.firstExecutionRunId;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) throw idInUse(request.feature, 'just started');
    throw error;
  }
}

/** Whether the server keeps the attributes by which features are listed. */
export const knowsSearchAttributes = async (server: Server): Promise<boolean> =>
  hasFeatures(await knownSearchAttributes(server));

/** Those that a feature sets while it runs. */
const hasFeatures = (known: ReadonlyMap<string, unknown>): boolean =>
  ['BatonPhase', 'BatonAttention'].every((name) => known.has(name));

/** Setting a search attribute that the namespace doesn't know would block the workflow. */
async function knownSearchAttributes({ client }: Server): Promise<ReadonlyMap<string, unknown>> {
  try {
    const { customAttributes } = await within(client, START_TIMEOUT_MS, () =>
      client.connection.operatorService.listSearchAttributes({ namespace: client.options.namespace }),
    );
    return new Map(Object.entries(customAttributes ?? {}));
  } catch {
    return new Map();
  }
}

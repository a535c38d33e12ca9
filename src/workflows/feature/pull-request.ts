import type { PullRequestResult } from '../../domain/activities.ts';
import { landedBranch } from '../../domain/ids.ts';
import type { Landed } from '../../domain/outcomes.ts';
import { pullRequestText } from '../../domain/pull-request.ts';
import type { Placement } from '../placement.ts';
import { failureText, failureType, stopped } from '../stopping.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { FeatureState } from './feature-state.ts';

/** What a pull request needs of its feature. */
export interface PullRequestHost {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  readonly placement: Placement;
}

/**
 * Pushes the feature as its own branch and opens a pull request with the report as its text. Nobody else lands there,
 * so no turn is needed. What keeps it from being opened is put to people; the pushed branch stays.
 */
export async function landAsPullRequest(host: PullRequestHost): Promise<Landed> {
  const { state, placement } = host;
  const { ref } = state;
  const mode = state.opened.land;
  const { packets } = state.landedWork();
  const tree = state.tree ?? '';
  const { branch, commit } = await placement.call(`land (${mode})`, (activities, place) =>
    activities.land({
      ...ref,
      place,
      mode,
      commit: state.head,
      expectedBase: ref.baseCommit,
      tree,
      request: state.request.request,
      packets,
    }),
  );
  const landed = { branch, commit, tree };
  for (;;) {
    const opened = await open(host, landed);
    if (opened.kind === 'open')
      return {
        ...landed,
        pullRequest: opened.url,
        ...(opened.note !== undefined && { note: opened.note }),
      };
    const { choice } = await host.desk.ask({
      kind: 'environment',
      prompt: `The work is on ${branch}, but no pull request could be opened: ${opened.why}`,
      options: ['retry', 'branch', 'stop'],
    });
    if (choice === 'stop')
      throw stopped(`no pull request was opened, the work is on ${branch}: ${opened.why}`);
    if (choice === 'branch')
      return { ...landed, note: `no pull request, as a person chose: ${opened.why.slice(0, 300)}` };
  }
}

async function open(
  { state, placement }: PullRequestHost,
  { branch, commit }: Landed,
): Promise<PullRequestResult> {
  const { ref } = state;
  const text = pullRequestText({
    report: state.buildReport('landed'),
    packets: state.board?.packets ?? [],
    checks: state.opened.checks,
    knownRed: state.redOnBase,
    base: ref.base,
    baseCommit: ref.baseCommit,
    branch: landedBranch(ref.feature),
    commit,
  });
  try {
    return await placement.call(
      'open the pull request',
      (activities, place) => activities.openPullRequest({ ...ref, ...text, place, branch, commit }),
      (type) => type === 'PullRequest',
    );
  } catch (error) {
    // The service didn't answer over several attempts.
    if (failureType(error) !== 'PullRequest') throw error;
    return { kind: 'unavailable', why: failureText(error) };
  }
}

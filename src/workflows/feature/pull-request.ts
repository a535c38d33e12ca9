import type { PullRequestResult } from '../../domain/activities.ts';
import type { Landed } from '../../domain/outcomes.ts';
import { failureText, failureType, stopped } from '../stopping.ts';
import type { LandingHost } from './landing-host.ts';

/**
 * Pushes the feature as its own branch and opens a pull request with the report as its text. Nobody else lands there,
 * so no turn is needed. What keeps it from being opened is put to people; the pushed branch stays.
 */
export async function landAsPullRequest(host: LandingHost): Promise<Landed> {
  const { ref, mode, placement, request } = host;
  const { packets } = host.merged();
  const { branch, commit } = await placement.call(`land (${mode})`, (activities, place) =>
    activities.land({
      ...ref,
      place,
      mode,
      commit: host.head(),
      expectedBase: ref.baseCommit,
      tree: host.tree(),
      request,
      packets,
    }),
  );
  const landed = { branch, commit, tree: host.tree() };
  for (;;) {
    const opened = await open(host, landed);
    if (opened.kind === 'open')
      return {
        ...landed,
        pullRequest: opened.url,
        ...(opened.note !== undefined && { note: opened.note }),
      };
    const { choice } = await host.ask({
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
  { ref, placement, pullRequest }: LandingHost,
  { branch, commit }: Landed,
): Promise<PullRequestResult> {
  const text = await pullRequest(commit);
  try {
    return await placement.call(
      'open the pull request',
      (activities, place) => activities.openPullRequest({ ...ref, ...text, place, branch, commit }),
      ['PullRequest'],
    );
  } catch (error) {
    // The service didn't answer over several attempts.
    if (failureType(error) !== 'PullRequest') throw error;
    return { kind: 'unavailable', why: failureText(error) };
  }
}

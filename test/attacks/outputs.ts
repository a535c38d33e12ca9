import { promptFor } from '../../src/agents/prompt.ts';
import { buildLines } from '../../src/cli/render/builds.ts';
import { changeLines } from '../../src/cli/render/changes.ts';
import { compareLines } from '../../src/cli/render/compare.ts';
import { demoEndLines } from '../../src/cli/render/demo.ts';
import { doctorLines } from '../../src/cli/render/doctor.ts';
import { elsewhereLines } from '../../src/cli/render/elsewhere.ts';
import { handoffLines } from '../../src/cli/render/handoff.ts';
import { decideCommand, itemLines } from '../../src/cli/render/items.ts';
import { keptLines } from '../../src/cli/render/kept.ts';
import { listLines } from '../../src/cli/render/list.ts';
import { measuringLines } from '../../src/cli/render/measuring.ts';
import { planLines } from '../../src/cli/render/plan.ts';
import { planDetailLines } from '../../src/cli/render/plan-details.ts';
import { planMermaid } from '../../src/cli/render/plan-mermaid.ts';
import { reportLines } from '../../src/cli/render/report.ts';
import { outageLines, statusLines } from '../../src/cli/render/status.ts';
import { PLAIN, type Style } from '../../src/cli/render/style.ts';
import { runEnd, runHead, transcriptLines } from '../../src/cli/render/transcript.ts';
import { worktreeLines } from '../../src/cli/render/worktrees.ts';
import { promptPlan } from '../../src/cli/watch/prompt.ts';
import type { VerifyResult } from '../../src/domain/activities.ts';
import type { AgentTask, Feedback } from '../../src/domain/agent-protocol.ts';
import { approvalText } from '../../src/domain/approval-text.ts';
import { type AttentionItem, decisionProblem } from '../../src/domain/attention.ts';
import { type CommitMessageInput, commitMessage, featureMessage } from '../../src/domain/commit-message.ts';
import { compareReports } from '../../src/domain/compare.ts';
import { dashboard } from '../../src/domain/dashboard.ts';
import { featureDetails, packetDetails } from '../../src/domain/details.ts';
import { cutOffNote, feedbackText, verifyFeedback } from '../../src/domain/feedback.ts';
import { forecast } from '../../src/domain/forecast.ts';
import type { Handoff } from '../../src/domain/handoff.ts';
import { summaryOf } from '../../src/domain/markdown.ts';
import type { FeatureStatus } from '../../src/domain/messages.ts';
import type { Packet } from '../../src/domain/packet.ts';
import type { PullRequestFacts } from '../../src/domain/pull-request.ts';
import { pullRequestText } from '../../src/domain/pull-request.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { conflictFeedback, swapFeedback } from '../../src/domain/round-feedback.ts';
import { refusalOf } from '../../src/workflows/packet/refusal.ts';
import { sampleTask } from '../agents/helpers.ts';
import { packetOf, planStatusOf, wholePlanOf } from './plan-samples.ts';
import { poisoned } from './poison.ts';
import { fullCheck, fullItem, fullReport, fullRun, fullStatus } from './samples.ts';
import { settingUpOf } from './setting-up-outputs.ts';

/** What comes out, by the name of what makes it. */
export type Outputs = Readonly<Record<string, string>>;

const joined = (lines: readonly string[]) => lines.join('\n');
const WIDE = 100_000;

export const taskOf = (more: Partial<AgentTask>): AgentTask => ({ ...sampleTask, checks: [], ...more });

const verified = (text: string): VerifyResult =>
  poisoned<VerifyResult>(
    {
      commit: 'x',
      outside: ['x'],
      protected: ['x'],
      linksOut: ['x'],
      markers: ['x'],
      checks: [fullCheck],
      criteria: [{ index: 0, text: 'x', met: false, reason: 'x' }],
      changed: [{ path: 'x', status: 'added' }],
      vanished: [{ check: 'x', name: 'x', file: 'x', now: 'missing' }],
      unusable: ['x'],
    },
    text,
  );

/** Everything that Baton says to an agent after a run, with the text wherever others have a say in it. */
export const feedbackOf = (text: string): Feedback[] => [
  ...verifyFeedback(verified(text)),
  cutOffNote(text),
  conflictFeedback(text, [text]),
  swapFeedback({ merged: [text], dropped: [text], conflict: true, files: [text] }),
];

/** What people are asked in Baton's words, with those of others among them. */
export const questionsOf = (text: string): Outputs => {
  const result = verified(text);
  const none = { outside: [], protected: [], linksOut: [] };
  const measuring = [{ packet: 'api', path: text, why: text }];
  return {
    approval: approvalText({ summary: text, decisions: [text] }, [packetOf(text)], [text], measuring),
    'refusal: boundaries': refusalOf('api', result)?.prompt ?? '',
    'refusal: markers': refusalOf('api', { ...result, ...none })?.prompt ?? '',
    'refusal: tests': refusalOf('api', { ...result, ...none, markers: [] })?.prompt ?? '',
    feedback: feedbackText(verifyFeedback({ ...result, checks: [] })),
    'a decision refused': JSON.stringify(
      decisionProblem(
        { item: text.slice(0, 200), choice: `${text.slice(0, 200)}?`, by: 'a' },
        [poisoned(fullItem as AttentionItem, text)],
        [],
      )?.problem,
    ).slice(1, -1),
  };
};

/** What agents are told. */
export const promptsOf = (text: string): Outputs => ({
  'prompt: all of it': promptFor(
    taskOf({
      feature: { id: 'prefs', request: text },
      packet: packetOf(text),
      given: [packetOf(text)],
      feedback: feedbackOf(text),
      checks: [text],
    }),
    'prompt',
  ),
  'prompt: a session that goes on': promptFor(
    taskOf({
      packet: packetOf(text),
      feedback: feedbackOf(text),
      resume: { sessionId: text, answer: text },
    }),
    'given',
  ),
});
/** A prompt for each. */
export const promptsWithHandoffs = (handoffs: readonly Handoff[]): Outputs =>
  Object.fromEntries(
    handoffs.map((handoff, at) => [`prompt: with handoff ${at}`, promptFor(taskOf({ handoff }), 'given')]),
  );
export const promptsWithPackets = (packets: readonly Packet[]): Outputs =>
  Object.fromEntries(
    packets.map((packet, at) => [
      `prompt: with packet ${at}`,
      promptFor(taskOf({ packet, given: [packet] }), 'given'),
    ]),
  );
export const promptWithFeedback = (feedback: Feedback): Outputs => ({
  'prompt: with feedback': promptFor(taskOf({ feedback: [feedback] }), 'given'),
});

/** What is Markdown, with its data in every field. */
export const markdownOf = (text: string): Outputs => {
  const report: FeatureReport = poisoned(fullReport as FeatureReport, text);
  const facts: PullRequestFacts = {
    report,
    packets: [{ ...packetOf(text), id: report.packets[0]?.id ?? '' }],
    checks: { test: { run: text, timeout: 1 }, [text]: { run: text, timeout: 1 } },
    knownRed: [{ name: text }],
    base: text,
    baseCommit: text,
    branch: 'feature/prefs',
    commit: 'c0ffee',
  };
  return {
    dashboard: dashboard(poisoned(fullStatus as FeatureStatus, text)),
    'dashboard: a plan to be approved': dashboard(
      {
        ...(fullStatus as FeatureStatus),
        attention: [{ ...(fullItem as AttentionItem), kind: 'design-approval' }],
      },
      planStatusOf(text),
    ),
    pullRequest: pullRequestText(facts).body,
    packetDetails: packetDetails({ objective: text }, text),
    featureDetails: featureDetails({
      feature: 'prefs',
      request: text,
      repo: text,
      base: text,
      baseCommit: text,
      root: text,
      packets: [],
      yes: false,
      startedBy: text,
      searchAttributes: false,
    }),
    summaryOf: summaryOf(text),
  };
};

/** What is one or more lines of text for git. */
export const commitsOf = (text: string): Outputs => {
  const commits: CommitMessageInput['commits'] = {
    signoff: false,
    sign: false,
    per: 'packet',
    subject: `{objective} ${text.replaceAll('\n', ' ')}`,
  };
  const measured = { tests: null, checks: [text] };
  const packets = [{ id: 'api', objective: text }];
  return {
    commitMessage: commitMessage({
      commits,
      feature: 'prefs',
      packet: packetOf(text),
      role: text,
      summary: text,
      measured,
      title: text,
    }),
    featureMessage: featureMessage({
      commits,
      feature: 'prefs',
      request: text,
      packets,
      base: text,
      measured,
    }),
    'title of a pull request': pullRequestText({
      report: poisoned(fullReport as FeatureReport, text),
      packets: [],
      checks: {},
      knownRed: [],
      base: 'main',
      baseCommit: 'x',
      branch: 'x',
      commit: 'x',
    }).title,
  };
};

/** Entries of a transcript, each kind with the text in all its fields. */
const entriesOf = (text: string): string[] => {
  const result = { status: 'done', summary: text, decisions: [text] };
  const question = { text, options: [text], recommended: text };
  const events = [
    { type: 'session', id: text },
    { type: 'progress', note: text },
    { type: 'checkpoint', message: text, run: [text] },
    { type: 'usage', [text]: text },
    { type: 'result', result },
    { type: 'result', result: { status: 'failed', reason: text } },
    { type: 'result', result: { status: 'blocked', question } },
    { type: 'result', result: text },
    { type: text, text },
  ].map((event) => ({ kind: 'event', event }));
  const task = {
    feature: { request: text },
    packet: { objective: text },
    resume: { answer: text },
    feedback: feedbackOf(text),
  };
  const checks = [{ name: text, passed: false, exitCode: 1, failing: [text], output: text }];
  return [
    ...events,
    { kind: 'task', task },
    { kind: 'prompt', text },
    { kind: 'answer', answer: { type: 'checkpoint', commit: text, checks } },
    { kind: 'commit', commit: text, message: text, files: [{ path: text, status: text }] },
    { kind: 'baton', text },
    { kind: 'stdout', text },
    { kind: 'stderr', text },
    { kind: text, text },
  ].map((entry) => JSON.stringify({ at: text, ...entry }));
};

/** What a terminal is given, before it is: by the name of the function that makes it. */
export const terminalOf = (text: string, style: Style): Outputs => {
  const status = poisoned(fullStatus as FeatureStatus, text);
  const report = poisoned(fullReport as FeatureReport, text);
  const item = poisoned(fullItem as AttentionItem, text);
  const run = poisoned(fullRun, text);
  const hints = (one: AttentionItem) => [decideCommand('prefs', one)];
  const live = [
    {
      packet: text,
      activity: text,
      attempt: 2,
      note: text,
      percent: 1,
      lastEventAt: text,
      lastFailure: text,
    },
  ];
  const options = { style, width: WIDE };
  const plan = forecast(
    [{ id: 'a', size: 1, dependencies: [] }].map((one) => ({ ...one, id: text })),
    2,
  );
  const measuring = [{ path: text, why: text }];
  const asked = promptPlan(item);
  const lines = (detail: { full: boolean; raw: boolean }) =>
    entriesOf(text).flatMap((entry) => transcriptLines(entry, text, { style, ...detail }));
  return {
    statusLines: joined(statusLines(status, { ...options, live, hints })),
    outageLines: joined(
      outageLines(
        [
          {
            packet: text,
            activity: text,
            attempt: 1,
            outage: { where: text, why: text, since: text, until: text },
          },
        ],
        { style },
      ),
    ),
    changeLines: joined(changeLines(undefined, status, { style, hints })),
    itemLines: joined(itemLines(item, { ...options, hints })),
    listLines: joined(
      listLines(
        [
          {
            feature: text,
            state: text,
            phase: text,
            openItems: 1,
            startedAt: text,
            endedAt: text,
            waitsSince: text,
            heardAt: text,
            request: text,
          },
        ],
        { ...options, now: 0 },
      ),
    ),
    reportLines: joined(reportLines(report, options)),
    compareLines: joined(compareLines(compareReports(report, report, { a: text, b: text }), text, options)),
    buildLines: joined(buildLines([{ build: text, current: true, workers: 1, features: 1, held: 0 }], style)),
    doctorLines: joined(
      doctorLines(
        [
          {
            roles: [text],
            runner: text,
            model: text,
            findings: [{ what: 'version', state: 'bad', text }],
          },
        ],
        style,
        measuring,
        text,
      ),
    ),
    ...settingUpOf(text, style),
    keptLines: joined(
      keptLines(
        {
          features: [{ feature: 'prefs', state: 'ended', trees: ['api'], bytes: 1 }],
          stays: [{ what: 'x', bytes: 1 }],
        },
        options,
      ),
    ),
    measuringLines: joined(measuringLines('Protected', measuring, style)),
    elsewhereLines: joined(
      elsewhereLines([{ packet: text, run: 1, home: text }], { here: 'here', command: 'baton logs prefs' }),
    ),
    planLines: joined(planLines(plan, { ...options, title: text, measuring })),
    planDetailLines: joined(planDetailLines(wholePlanOf(text), options)),
    planMermaid: planMermaid(plan),
    worktreeLines: joined(
      worktreeLines([{ name: text, path: text, branch: text, state: 'idle', uncommitted: 1, unmerged: 1 }], {
        ...options,
        base: text,
      }),
    ),
    demoEndLines: joined(
      demoEndLines(
        {
          report,
          advice: [{ packet: text, message: text, by: text }],
          steps: [],
          setUpMs: 1,
          repo: '/tmp/x',
          reopen: 'baton dev',
        },
        style,
      ),
    ),
    transcriptLines: joined(lines({ full: false, raw: false })),
    'transcriptLines, raw': joined(lines({ full: true, raw: true })),
    runHead: joined([...runHead(run, { style }), runEnd(run, { style })]),
    promptPlan: joined([
      asked.message,
      ...(asked.kind === 'select'
        ? asked.options.slice(0, -1).map(({ label }) => label)
        : [asked.placeholder ?? '']),
    ]),
  };
};

export const handoffText = (handoff: Handoff, style: Style): Outputs => ({
  handoffLines: joined(handoffLines(handoff, style)),
});

/** An open question, in a terminal and in the Web UI. */
export const itemText = (item: AttentionItem): Outputs => ({
  itemLines: joined(itemLines(item, { style: PLAIN, width: WIDE })),
  dashboard: dashboard({ ...(fullStatus as FeatureStatus), attention: [item] }),
});

import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { outageLines } from '../../src/cli/render/status.ts';
import { onTerminal, PLAIN } from '../../src/cli/render/style.ts';
import { transcriptLines } from '../../src/cli/render/transcript.ts';
import type { DesignDone, Feedback } from '../../src/domain/agent-protocol.ts';
import type { AttentionItem, Decision } from '../../src/domain/attention.ts';
import { commitMessage } from '../../src/domain/commit-message.ts';
import type { CommitsConfig } from '../../src/domain/commits-config.ts';
import { designHandoff } from '../../src/domain/context.ts';
import { dashboard } from '../../src/domain/dashboard.ts';
import type { Handoff } from '../../src/domain/handoff.ts';
import type { FeatureStatus } from '../../src/domain/messages.ts';
import type { OutageDetails } from '../../src/domain/outage.ts';
import { type Packet, packetSchema } from '../../src/domain/packet.ts';
import { visibleJson } from '../../src/domain/visible.ts';
import { structureProblems } from './markdown-structure.ts';
import {
  handoffText,
  itemText,
  type Outputs,
  promptsWithHandoffs,
  promptsWithPackets,
  promptWithFeedback,
} from './outputs.ts';
import { MARK, POISONS, rawIn, valuesOf } from './poison.ts';
import { unquoted } from './quotations.ts';
import { fullStatus } from './samples.ts';

const domain = new URL('../../src/domain/', import.meta.url);

/** Every schema that a file of src/domain exports, alone or among others. */
async function schemas(): Promise<Map<string, z.ZodType>> {
  const found = new Map<string, z.ZodType>();
  for (const file of readdirSync(domain).filter((name) => name.endsWith('.ts'))) {
    const module = (await import(new URL(file, domain).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (value instanceof z.ZodType) found.set(name, value);
      else if (typeof value === 'object' && value !== null && !Array.isArray(value))
        for (const [key, each] of Object.entries(value))
          if (each instanceof z.ZodType) found.set(`${name}.${key}`, each);
    }
  }
  return found;
}

const SCHEMAS = await schemas();

const context = {
  workflowId: 'feature:prefs',
  now: '2026-03-01T10:00:00.000Z',
  roles: { design: 'd', implement: 'i', test: 't', deploy: 'r' },
};
const withHandoff = (handoff: Handoff): Outputs => ({
  ...handoffText(handoff, PLAIN),
  ...promptsWithHandoffs([handoff]),
});
const packetWith = (more: object): Outputs =>
  promptsWithPackets([packetSchema.parse({ id: 'api', objective: 'x', ...more })]);
const result = (value: unknown): Outputs => {
  const {
    status,
    question,
    reason,
    packets = [],
  } = value as Partial<DesignDone> & {
    readonly question?: Pick<AttentionItem, 'options' | 'recommended'> & { readonly text: string };
    readonly reason?: string;
  };
  if (question !== undefined)
    return itemText({ id: 'q', kind: 'question', openedAt: 'x', ...question, prompt: question.text });
  if (reason !== undefined)
    return itemText({ id: 'q', kind: 'question', openedAt: 'x', prompt: reason, options: [] });
  const done = { ...(value as DesignDone), packets };
  expect(status).toBe('done');
  return {
    ...withHandoff(designHandoff(context, done, [])),
    ...promptsWithPackets(packets),
    commitMessage: commitMessage({
      commits: { signoff: false, sign: false, per: 'packet', subject: '{objective}' },
      feature: 'prefs',
      role: 'r',
      summary: done.summary,
    }),
  };
};
const decided = (decision: Decision): Outputs => {
  const taken = { ...decision, kind: 'question' as const, at: 'x', waitedMs: 1, automatic: false };
  return {
    dashboard: dashboard({ ...(fullStatus as FeatureStatus), decisions: [taken] }),
    ...promptWithFeedback({ kind: 'advice', text: decision.note ?? '', files: [] }),
  };
};
/** Agents' events, which come out in transcripts. */
const events = () => ({});
/** What a repository's owner sets; of its texts only the names of checks and their commands are shown. */
const settings = () => ({});

/** Where the text of each schema comes out, beside transcripts and JSON, where all of it does. */
const OUTPUTS: Readonly<Record<string, (value: never) => Outputs>> = {
  feedbackSchema: (value: Feedback) => promptWithFeedback(value),
  agentEventSchema: events,
  designDoneSchema: result,
  implementDoneSchema: result,
  testDoneSchema: result,
  deployDoneSchema: result,
  'resultSchemas.design': result,
  'resultSchemas.implement': result,
  'resultSchemas.test': result,
  'resultSchemas.deploy': result,
  decisionSchema: decided,
  commitsSchema: (commits: CommitsConfig) => ({
    commitMessage: commitMessage({ commits, feature: 'prefs', role: 'r' }),
  }),
  handoffSchema: withHandoff,
  outageDetailsSchema: (details: OutageDetails) => ({
    outageLines: outageLines([{ packet: 'a', activity: 'b', attempt: 1, outage: { ...details, why: 'x' } }], {
      style: PLAIN,
    }).join('\n'),
  }),
  packetSchema: (packet: Packet) => promptsWithPackets([packet]),
  planEditSchema: ({ add, amend }: { readonly add: Packet[]; readonly amend: Packet[] }) =>
    promptsWithPackets([...add, ...amend]),
  boundaryGlob: (glob: string) => packetWith({ boundaries: { inScope: [glob], outOfScope: [glob] } }),
  evidenceSchema: (evidence: unknown) => packetWith({ criteria: [{ text: 'x', evidence }] }),
  criterionSchema: (criterion: unknown) => packetWith({ criteria: [criterion] }),
  dependencySchema: (dependency: unknown) => packetWith({ dependencies: [dependency] }),
  commitEntrySchema: events,
  configSchema: settings,
  crewRoleSchema: settings,
  designerSchema: settings,
  budgetSchema: settings,
  durationSchema: settings,
  envNames: settings,
  processAgentSchema: settings,
  priceSchema: settings,
  sandboxSchema: settings,
  sandboxMode: settings,
  networkSchema: settings,
  'ownSandbox.sandbox': settings,
  'ownSandbox.network': settings,
};

it('every schema of the domain is told where its text comes out', () => {
  expect([...SCHEMAS.keys()].sort()).toEqual(Object.keys(OUTPUTS).sort());
});

it.each(POISONS)('%s is nothing but text in every field of every schema', (_, text) => {
  const problems: string[] = [];
  for (const [name, schema] of SCHEMAS)
    for (const value of valuesOf(schema, text)) {
      const own = OUTPUTS[name];
      const entries =
        own === settings
          ? []
          : [
              { kind: 'event', event: { type: 'result', result: value } },
              { kind: 'event', event: value },
              value,
            ];
      const transcript = entries
        .flatMap((entry) =>
          transcriptLines(JSON.stringify(entry), 'x', { style: PLAIN, full: true, raw: true }),
        )
        .join('\n');
      const outputs = {
        json: visibleJson(value),
        transcript,
        ...own?.(value as never),
      };
      for (const [output, out] of Object.entries(outputs))
        problems.push(
          ...[
            ...rawIn(onTerminal(out).replaceAll('\u00a0', '')),
            ...(output.startsWith('prompt') ? [...unquoted(out), ...rawIn(out)] : []),
            ...(output === 'dashboard' ? structureProblems(out) : []),
            ...(output.endsWith('Lines') && new RegExp(`^\\s{0,12}${MARK}`, 'm').test(out)
              ? [out.slice(0, 400)]
              : []),
          ].map((problem) => `${name}, ${output}: ${problem}`),
        );
    }
  expect(problems).toEqual([]);
});

/**
 * The agent protocol, version 1: a task on standard input, one JSON object a line on standard output.
 * docs/agent-protocol.md tells it to the writers of agents; this file is what Baton holds them to.
 */
import { z } from 'zod';
import { TROUBLE_KINDS } from './agent-trouble.ts';
import type { Handoff } from './handoff.ts';
import { evidenceSchema, MAX_PACKETS, type Packet, packetSchema } from './packet.ts';
import type { PHASES } from './phase.ts';

export const PROTOCOL_VERSION = 1;

const line = (max: number) => z.string().min(1).max(max);
const lines = (items: number, max: number) => z.array(line(max)).max(items).default([]);

/** Anything a person, a check or Baton has to say to the agent before it goes on. */
export const FEEDBACK_KINDS = [
  'revise', // a person wants the design changed
  'schema', // the result was refused by its schema
  'plan', // the packets are impossible together
  'boundary', // files outside the packet's boundaries, or protected ones, were changed
  'check', // a check is red
  'criteria', // acceptance criteria are not met
  'conflict', // merging with the integration head, or the base, met conflicts
  'swap', // a soft dependency was merged: move from its mock to the real thing
  'gate', // a gate is not met
  'advice', // a person's unasked advice
  'note', // Baton's own remark, e.g. that the last run was stopped for its silence
] as const;
export const feedbackSchema = z.strictObject({
  kind: z.enum(FEEDBACK_KINDS),
  text: z.string().max(8000),
  files: z.array(z.string().max(500)).max(200).default([]),
});
export type Feedback = z.infer<typeof feedbackSchema>;

/** The first line of an agent's standard input. */
export interface AgentTask {
  /** Version of the protocol. */
  readonly protocol: typeof PROTOCOL_VERSION;
  /** The request in the person's words. */
  readonly feature: { readonly id: string; readonly request: string };
  /** Name of the role, e.g. `tdd-typescript`. */
  readonly role: string;
  /** The role's prompt (Markdown). */
  readonly instructions: string;
  /** Decides the form of the result. */
  readonly phase: (typeof PHASES)[number];
  /** The work packet; null for the designer. */
  readonly packet: Packet | null;
  /** Packets given by a person, for the designer to fill in what is missing; empty for everybody else. */
  readonly given: readonly Packet[];
  /** What went before, the newest handoff; null for the designer. */
  readonly handoff: Handoff | null;
  /** 1 for the first run of this packet's agent, counting on with every further run. */
  readonly attempt: number;
  /** Goes on with a session of before; `answer` where the session had asked something. */
  readonly resume: { readonly sessionId: string; readonly answer: string | null } | null;
  /** Problems to put right in this run, and what people and Baton have to say. */
  readonly feedback: readonly Feedback[];
  /** Names of the checks that a checkpoint may ask for. */
  readonly checks: readonly string[];
  /** JSON Schema of the result that is expected. */
  readonly resultSchema: unknown;
}

/** Whoever says more means something else. */
const MOST_RETRY_SECONDS = 30 * 86_400;

/** A line of an agent's standard output. */
export const agentEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('session'),
    /** By which it can be resumed. */
    id: line(200),
    /**
     * `true`: the agent waits for an answer, which comes once the session is noted on disk. What it does before that, it may
     * be asked for again if the worker dies. Default: false.
     */
    confirm: z.boolean().optional(),
  }),
  z.object({
    type: z.literal('progress'),
    /** Of the work, as the agent judges it; shown, and never taken as evidence. */
    percent: z.number().min(0).max(100).optional(),
    /** What it does, in a line. */
    note: line(500),
  }),
  z.object({
    type: z.literal('checkpoint'),
    /** The commit's message. */
    message: line(500),
    /** Names of the checks to run. Default: none. */
    run: z.array(line(60)).max(10).optional(),
  }),
  z.object({
    type: z.literal('usage'),
    /** What the totals are of. Default: the session; `run`: they begin at zero with each process. */
    of: z.enum(['session', 'run']).optional(),
    /** Absolute totals; absent means unknown, which is never taken as zero. */
    inputTokens: z.number().int().nonnegative().optional(),
    /** Of the input tokens those that the provider read from its cache. */
    cachedInputTokens: z.number().int().nonnegative().optional(),
    /** Output tokens, an absolute total as well. */
    outputTokens: z.number().int().nonnegative().optional(),
    /** US dollars, an absolute total as well. */
    costUsd: z.number().nonnegative().optional(),
  }),
  z.object({
    type: z.literal('trouble'),
    /** What is in the way; Baton waits, tries again or asks a person by it. */
    kind: z.enum(TROUBLE_KINDS),
    /** What the provider or the tool said; at most 2,000 characters. */
    message: line(2000),
    /**
     * When it may go on: seconds from now, at most 30 days, or a text such as `2h 5m`, `at 14:30 UTC` or an ISO 8601 time.
     * Default, and if the text can't be read: what the message says.
     */
    retryAfter: z.union([z.number().nonnegative().max(MOST_RETRY_SECONDS), line(60)]).optional(),
  }),
  /** It lives and has nothing to say. */
  z.object({ type: z.literal('ping') }),
  z.object({
    type: z.literal('result'),
    /** In the form of the phase: the task has its JSON Schema as `resultSchema`. */
    result: z.unknown(),
  }),
]);
export type AgentEvent = z.infer<typeof agentEventSchema>;

/** What a session that is to be confirmed is answered with, a line on the agent's standard input. */
export interface SessionAnswer {
  /** As the event that is answered. */
  readonly type: 'session';
  /** The session that is noted. */
  readonly id: string;
}

/** What a checkpoint is answered with, a line on the agent's standard input. */
export interface CheckpointAnswer {
  /** As the event that is answered. */
  readonly type: 'checkpoint';
  /** The commit Baton made of the tree; the one before where nothing had changed. */
  readonly commit: string;
  /** What came of each check that it asked for. */
  readonly checks: readonly {
    readonly name: string;
    readonly passed: boolean;
    readonly exitCode: number;
    readonly durationMs: number;
    /** Null where the check has no report. */
    readonly tests: { readonly total: number; readonly passing: number; readonly failing: number } | null;
    /** Names of failing tests, at most 20. */
    readonly failing: readonly string[];
    /** The last lines of the output, at most 4,000 characters. */
    readonly output: string;
  }[];
}

const question = z.strictObject({
  /** What a person is to decide. */
  text: line(2000),
  /** Absent or empty: any text answers it. */
  options: z.array(line(200)).max(10).optional(),
  /** One of the options, or a text. */
  recommended: line(200).optional(),
});
export type Question = z.infer<typeof question>;

/** Who asks more at once hasn't looked at the repository yet. */
const MOST_FURTHER = 7;

const blocked = z.strictObject({
  status: z.literal('blocked'),
  /** Goes to a person; the session is resumed with the answer. */
  question,
  /** Further questions, asked at the same time: the session is resumed when all are answered. */
  further: z.array(question).max(MOST_FURTHER).optional(),
});
const failed = z.strictObject({
  status: z.literal('failed'),
  /** Why it can't be done, for the person who decides how to go on. */
  reason: line(2000),
});

/** Common to all roles that finish; claims of the agent, shown as such and never taken as evidence. */
const done = {
  status: z.literal('done'),
  /** What was done, in a few sentences; becomes the handoff message. */
  summary: line(2000),
  /** What was decided, one a line. */
  decisions: lines(40, 500),
  /** What later work has to keep to. */
  constraints: lines(40, 500),
  /** What is left to others. */
  pendingActions: lines(40, 500),
};

const packetDone = {
  ...done,
  /** Proof for criteria that name none: `criterion` is the index in the packet's list, from 0. */
  evidence: z
    .array(
      z.strictObject({
        /** Index in the packet's list, from 0. */
        criterion: z.number().int().nonnegative(),
        /** Where its proof is found. */
        evidence: evidenceSchema,
      }),
    )
    .max(40)
    .default([]),
};

/** Free-form JSON with a size limit, since it travels in handoffs of at most 32 KiB. */
const json = (bytes: number) =>
  z
    .unknown()
    .refine((value) => value === undefined || JSON.stringify(value).length <= bytes, {
      message: `is larger than ${bytes} characters of JSON: move detail into a document and name it`,
    })
    .optional();

export const designDoneSchema = z.strictObject({
  ...done,
  /** The data of the feature, in any form; at most 6,000 characters of JSON. */
  dataModel: json(6000),
  /** Its interfaces, in any form; at most 8,000 characters of JSON. */
  apiSpec: json(8000),
  /** The work, cut into packets. */
  packets: z.array(packetSchema).max(MAX_PACKETS),
});
export const implementDoneSchema = z.strictObject(packetDone);
export const testDoneSchema = z.strictObject({
  ...packetDone,
  /** What is still untested, worst first. */
  gaps: z
    .array(
      z.strictObject({
        /** Path of the file. */
        file: line(300),
        /** What of it has no test. */
        what: line(300),
      }),
    )
    .max(60)
    .default([]),
  /** Names of the tests that it added. */
  testsAdded: lines(100, 300),
});
export const deployDoneSchema = z.strictObject({
  ...packetDone,
  /** How the release is to be made (Markdown). */
  plan: line(4000),
  /** How to go back, step by step (Markdown); travels in the handoff as `rollback`. */
  rollback: line(4000),
});

/** The result schema of each role's activity. */
export const resultSchemas = {
  design: z.discriminatedUnion('status', [designDoneSchema, blocked, failed]),
  implement: z.discriminatedUnion('status', [implementDoneSchema, blocked, failed]),
  test: z.discriminatedUnion('status', [testDoneSchema, blocked, failed]),
  deploy: z.discriminatedUnion('status', [deployDoneSchema, blocked, failed]),
} as const;

export type DesignDone = z.infer<typeof designDoneSchema>;
export type ImplementDone = z.infer<typeof implementDoneSchema>;
export type TestDone = z.infer<typeof testDoneSchema>;
export type DeployDone = z.infer<typeof deployDoneSchema>;
export type AgentResult = z.infer<(typeof resultSchemas)[keyof typeof resultSchemas]>;
export type AgentDone = DesignDone | ImplementDone | TestDone | DeployDone;

import { z } from 'zod';
import { commandLine } from './command-line.ts';
import { branchProblem, packetIdProblem } from './ids.ts';

/** Which work a packet is; decides its phase and the role that takes it. */
export const PACKET_KINDS = ['implementation', 'test', 'deploy', 'gap'] as const;
export type PacketKind = (typeof PACKET_KINDS)[number];

export const PACKET_STATUSES = [
  'waiting',
  'ready',
  'running',
  'blocked',
  'submitted',
  'merging',
  'merged',
  'dropped',
] as const;
export type PacketStatus = (typeof PACKET_STATUSES)[number];

/** A size the designer didn't give, in minutes: half an hour is what a packet given by hand mostly takes. */
export const DEFAULT_PACKET_SIZE = 30;

const problem = (check: (value: string) => string | undefined) => (value: string, ctx: z.RefinementCtx) => {
  const message = check(value);
  if (message !== undefined) ctx.addIssue({ code: 'custom', message });
};

/** Why a path or glob can't be a boundary, or undefined: it has to stay inside the repository. */
export const boundaryProblem = (glob: string): string | undefined => {
  if (glob.startsWith('/') || /^[A-Za-z]:/.test(glob))
    return `"${glob}" is absolute: boundaries are relative to the repository`;
  if (glob.split(/[\\/]/).includes('..')) return `"${glob}" leaves the repository`;
  if (glob.split(/[\\/]/).some((part) => part.toLowerCase() === '.git'))
    return `"${glob}" is git's own folder`;
  if (/\p{Cc}/u.test(glob)) return `${JSON.stringify(glob)} has a control character`;
  return undefined;
};

export const boundaryGlob = z.string().min(1).max(300).superRefine(problem(boundaryProblem));

/** Where a criterion's proof is found. One of: a test's name, a file, a command's exit code 0, a person's tick. */
export const evidenceSchema = z.union([
  z.strictObject({
    /** A test case of that name passed in a report that Baton's own run of the checks wrote. */
    test: z.string().min(1).max(300),
  }),
  z.strictObject({
    /** The file is there. */
    file: boundaryGlob,
  }),
  z.strictObject({
    /** The command, run by Baton, exits with 0. */
    command: commandLine(1000),
  }),
  z.strictObject({
    /** A person ticks it. */
    person: z.literal(true),
  }),
]);
export type Evidence = z.infer<typeof evidenceSchema>;

/** Who said what proves a criterion: the plan, the packet's agent in its result, or a person who ticked it. */
export type EvidenceSource = 'plan' | 'agent' | 'person';

/** A line of a packet that is met when its evidence is. */
export const criterionSchema = z.strictObject({
  /** What has to be true, in words. */
  text: z.string().min(1).max(500),
  /** Absent: the packet's agent names it in its result, and Baton looks. */
  evidence: evidenceSchema.optional(),
});
export type Criterion = z.infer<typeof criterionSchema>;

export const dependencySchema = z.strictObject({
  /** Id of the packet that this one needs. */
  packet: z.string(),
  /** `hard`: start when it is merged. `soft`: start at once against its contract, swap when it is merged. */
  type: z.enum(['hard', 'soft']).default('hard'),
});

/** A work packet: everything that changes the tree after the design is one. */
export const packetSchema = z.strictObject({
  /** Names it: 1 to 48 lower-case letters, digits and inner hyphens. */
  id: z.string().superRefine(problem(packetIdProblem)),
  /** What is to be reached, in one paragraph. */
  objective: z.string().min(1).max(2000),
  /** Which work it is; decides its phase, and who does it. `gap` is for Baton's own. */
  kind: z.enum(PACKET_KINDS).default('implementation'),
  /** Its branch, new to the repository. Default `baton/<feature>/<id>`. */
  branch: z.string().superRefine(problem(branchProblem)).optional(),
  /** What has to be true when it is done. */
  criteria: z.array(criterionSchema).max(40).default([]),
  /** The files that it may change, as git sees them. */
  boundaries: z
    .strictObject({
      /** Paths and globs that may change; a path that ends in `/` means all below it. Empty: everything. */
      inScope: z.array(boundaryGlob).max(60).default([]),
      /** Paths and globs that may not, even if in scope. */
      outOfScope: z.array(boundaryGlob).max(60).default([]),
      /** Prose for the agent; not enforced. */
      notes: z.string().max(2000).optional(),
    })
    .default({ inScope: [], outOfScope: [] }),
  /** Packets that this one needs. */
  dependencies: z.array(dependencySchema).max(60).default([]),
  /** What others may rely on before this packet is merged (Markdown). */
  contract: z.string().max(6000).optional(),
  /** Expected length of the work in minutes; only its proportion to other packets matters. */
  size: z
    .number()
    .positive()
    .max(24 * 60)
    .default(DEFAULT_PACKET_SIZE),
  /** A role of the crew other than the kind's own. */
  role: z
    .string()
    .max(60)
    .regex(/^[a-z0-9-]+$/, 'a role is lower-case letters, digits and hyphens: it names a file')
    .optional(),
  /** Free text for the agent (Markdown). */
  instructions: z.string().max(8000).optional(),
});
export type Packet = z.infer<typeof packetSchema>;
/** A packet as an agent or a person writes it, before defaults. */
export type PacketDraft = z.input<typeof packetSchema>;

/** Most packets of one feature: its history then stays far below the server's 51,200 events. */
export const MAX_PACKETS = 300;

/** A packet of Baton's own: what it is about is said beside it, and held to nothing but the checks. */
export const ownPacket = (of: Pick<Packet, 'id' | 'objective' | 'kind'>): Packet => ({
  ...of,
  criteria: [],
  boundaries: { inScope: [], outOfScope: [] },
  dependencies: [],
  size: 15,
});

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { parseConfig } from '../../src/config/parse-config.ts';
import { formatProblems } from '../../src/config/problem.ts';
import { agentEventSchema, feedbackSchema, resultSchemas } from '../../src/domain/agent-protocol.ts';
import { decisionSchema } from '../../src/domain/attention.ts';
import { configSchema } from '../../src/domain/config.ts';
import { processAgentSchema } from '../../src/domain/crew-config.ts';
import { handoffSchema } from '../../src/domain/handoff.ts';
import { criterionSchema, packetSchema } from '../../src/domain/packet.ts';
import { planEditSchema } from '../../src/domain/plan-edit.ts';
import { commitEntrySchema } from '../../src/domain/recording.ts';
import { schemaFindings, schemaProblems } from '../../src/domain/schema-findings.ts';

const told = (schema: z.ZodType, value: unknown): string => {
  const parsed = schema.safeParse(value);
  return parsed.success ? '' : schemaProblems(parsed.error, value, schema);
};

const packet = {
  id: 'api-users',
  objective: 'Endpoints for users',
  kind: 'implementation',
  branch: 'feature/api-users',
  criteria: [{ text: 'Creates a user', evidence: { test: 'creates a user' } }, { text: 'Is fast' }],
  boundaries: { inScope: ['src/'], outOfScope: ['src/db/'], notes: 'Keep it small' },
  dependencies: [{ packet: 'db-users', type: 'soft' }],
  contract: 'One function',
  size: 30,
  role: 'tdd-typescript',
  instructions: 'Look at health/',
};
const done = { status: 'done', summary: 's', decisions: ['d'], constraints: [], pendingActions: [] };
const agent = { runner: 'claude', model: 'm', stall: '5m', env: ['A'], budget: { usd: 1 } };
const network = ['example.com'];

/** Every schema that judges what people, agents and programs write, with a value that has most of its fields. */
const SCHEMAS: readonly (readonly [name: string, schema: z.ZodType, value: object])[] = [
  ['packet', packetSchema, packet],
  ['plan edit', planEditSchema, { add: [packet], amend: [packet], drop: ['a'], first: ['b'], by: 'ada' }],
  ['design result', resultSchemas.design, { ...done, dataModel: {}, apiSpec: {}, packets: [packet] }],
  [
    'implement result',
    resultSchemas.implement,
    { ...done, evidence: [{ criterion: 0, evidence: { file: 'a' } }] },
  ],
  ['test result', resultSchemas.test, { ...done, gaps: [{ file: 'a', what: 'b' }], testsAdded: ['c'] }],
  ['deploy result', resultSchemas.deploy, { ...done, plan: 'p', rollback: 'r' }],
  ['question', resultSchemas.test, { status: 'blocked', question: { text: 't', options: ['a'] } }],
  ['progress', agentEventSchema, { type: 'progress', percent: 5, note: 'n' }],
  ['usage', agentEventSchema, { type: 'usage', of: 'run', inputTokens: 1, costUsd: 0.5 }],
  ['trouble', agentEventSchema, { type: 'trouble', kind: 'rate-limit', message: 'm', retryAfter: '5m' }],
  ['feedback', feedbackSchema, { kind: 'check', text: 't', files: ['a'] }],
  ['decision', decisionSchema, { item: 'design-approval-1', choice: 'approve', note: 'n', by: 'ada' }],
  ['agent', processAgentSchema, agent],
  [
    'handoff',
    handoffSchema,
    {
      version: '1.0',
      name: 'context-001-design',
      workflow_id: 'w',
      timestamp: 't',
      current_agent: 'a',
      next_agent: null,
      phase: 'landed',
      message: 'm',
      files_modified: ['a'],
      decisions: [],
      constraints: [],
      pending_actions: [],
      test_results: { total: 1, passing: 1, failing: 0, coverage: { line: 5 } },
      metrics: { a: 1 },
      deployment: { staging: { a: true } },
    },
  ],
  [
    'recorded commit',
    commitEntrySchema,
    { kind: 'commit', from: 'a', commit: 'b', message: 'c', files: [], patch: null },
  ],
  [
    'configuration',
    configSchema,
    {
      checks: { setup: 'npm ci', test: { run: 'npm test', report: { file: 'a', format: 'junit' }, network } },
      crew: {
        design: agent,
        implement: { ...agent, fallback: { runner: 'person' } },
        test: agent,
        deploy: agent,
      },
      prices: { m: { input: 1, output: 2 } },
      approvals: { design: 'ask' },
      gates: { coverage: { run: 'x', metric: 'lines', min: 80 } },
      release: {
        staging: { deploy: 'd' },
        production: { deploy: 'a', steps: [100], judge: { e: { max: 1 } } },
      },
      sandbox: { use: 'on', network },
      commits: { author: 'Ada <a@x>', per: 'packet' },
      worktrees: { installed: ['node_modules'] },
    },
  ],
];

/** The library's own words, and the names of its classes and codes. */
const LIBRARY =
  /Invalid (?:input|option|string|key|value|element|discriminator)|Too (?:big|small)|Unrecognized|expected .*received|Zod|invalid_|unrecognized_|too_(?:big|small)|\[object|undefined/;

/** Every place in a value. */
function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [path, ...keys.flatMap((key) => places((value as never)[key], [...path, key]))];
}

/** The value with something else at a place; undefined takes it away. */
function changed(value: unknown, path: readonly (string | number)[], to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const inner = changed(copy[key], rest, to);
  if (inner === undefined && !Array.isArray(copy)) delete copy[key];
  else copy[key] = inner;
  return copy;
}

const WRONG: readonly unknown[] = [
  undefined,
  null,
  3,
  -1,
  1.5,
  1e12,
  '',
  'x',
  '../.. ',
  'x'.repeat(9000),
  true,
  [],
  [3],
  [null],
  Array(400).fill('a'),
  {},
  { tset: 'x' },
  { '': 1 },
  { test: 'a', file: 'b' },
];

const isPlain = (text: string) => {
  expect(text).not.toMatch(LIBRARY);
  expect(text).not.toMatch(/``|: $|; $|^\s*$/);
};

describe.each(SCHEMAS)('what the schema of a %s refuses', (name, schema, value) => {
  it('is nothing, if the value is right', () => {
    if (name !== 'configuration') expect(told(schema, value)).toBe('');
  });

  it('is told without a word of the library, whatever stands at whichever place', () => {
    for (const path of places(value))
      for (const to of WRONG) {
        const text = told(schema, changed(value, path, to));
        if (text !== '') isPlain(text);
      }
  });

  it('names keys that nobody knows, with the nearest', () => {
    for (const path of places(value)) {
      const at = path.reduce<unknown>((inner, key) => (inner as never)[key], value);
      if (typeof at !== 'object' || at === null || Array.isArray(at)) continue;
      for (const key of Object.keys(at)) {
        const text = told(schema, changed(value, [...path, `${key}x`], 1));
        if (text.includes('unknown key')) expect(text).toMatch(/did you mean|there are|in `/);
      }
    }
  });

  it('is told in plain words for any JSON at all', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(...places(value)), (to, path) => {
        const text = told(schema, changed(value, path, to));
        expect(text).not.toMatch(LIBRARY);
      }),
      { numRuns: 25 },
    );
  });
});

it('tells of a configuration in the same way', () => {
  for (const [, , value] of SCHEMAS.filter(([name]) => name === 'configuration'))
    for (const path of places(value))
      for (const to of WRONG) {
        const parsed = parseConfig(JSON.stringify(changed(value, path, to) ?? null));
        if (!parsed.ok) expect(formatProblems(parsed.problems)).not.toMatch(LIBRARY);
      }
});

describe('evidence', () => {
  const evidence = (given: unknown) => told(criterionSchema, { text: 't', evidence: given });

  it.each([
    [{ tst: 'x' }, 'unknown key `tst` in `evidence`: did you mean `test`?'],
    [{ foo: 'x' }, '`evidence` must be an object with one of `test`, `file`, `command`, `person`'],
    [{}, '`evidence` must be an object with one of `test`, `file`, `command`, `person`'],
    ['x', '`evidence` must be an object with one of `test`, `file`, `command`, `person`, not a text'],
    [null, '`evidence` has no value'],
    [
      { test: 'x', file: 'y' },
      '`evidence` has `test` and `file`: it must be an object with one of `test`, `file`, `command`, `person`',
    ],
    [{ file: '/etc' }, '`evidence.file`: "/etc" is absolute: boundaries are relative to the repository'],
    [{ command: '' }, '`evidence.command` is empty'],
    [{ person: 'ada' }, "`evidence.person` can't be `ada`; there are `true`"],
    [{ file: 'a', comand: 'b' }, 'unknown key `comand` in `evidence`: did you mean `command`?'],
  ])('%j is told by the form that it comes nearest to', (given, expected) =>
    expect(evidence(given)).toBe(expected),
  );
});

describe('a place', () => {
  it.each([
    [packetSchema, 3, 'it must be an object, not 3'],
    [packetSchema, { ...packet, kind: 'tests' }, "`kind` can't be `tests`: did you mean `test`?"],
    [packetSchema, { ...packet, size: 0 }, '`size` must be more than 0'],
    [packetSchema, { ...packet, dependencies: ['db'] }, '`dependencies[0]` must be an object, not a text'],
    [agentEventSchema, { type: 'progres', note: 'x' }, "`type` can't be `progres`: did you mean `progress`?"],
    [
      resultSchemas.implement,
      { status: 'failed', summary: 's', reason: 'r' },
      'key `summary` is not one of the status `failed`: it is for `done`',
    ],
    [resultSchemas.deploy, {}, '`status` is missing; there are `done`, `blocked`, `failed`'],
    [decisionSchema, { item: '\u202E', choice: 'x', by: 3 }, '`by` must be a text, not 3'],
  ] as const)('is named, with what was given and what may stand there', (schema, value, expected) =>
    expect(told(schema as z.ZodType, value)).toBe(expected),
  );

  it('has nothing in its name and value that steers a terminal', () => {
    const text = told(packetSchema, { ...packet, kind: '\u001b[2J', '\u202Eid': 1 });
    expect(text).toContain('`<U+001B>[2J`');
    expect(text).toContain('`<U+202E>id`');
  });

  it('is given once, however many rules it breaks', () => {
    const parsed = packetSchema.safeParse({ ...packet, id: 3 });
    expect(schemaFindings(parsed.error ?? { issues: [] }, { id: 3 }, packetSchema)).toHaveLength(1);
  });
});

it('is how all of Baton tells what a schema refused', () => {
  const src = new URL('../../src/', import.meta.url);
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const others = files.filter(
    (name) =>
      // The stand-in for the library names what it refuses to do.
      name !== 'worker/no-schemas.ts' &&
      /prettifyError|formatError|treeifyError|error\??\.issues\b/.test(
        readFileSync(new URL(name, src), 'utf8'),
      ),
  );
  expect(others).toEqual(['packets/parse-packet-file.ts']);
});

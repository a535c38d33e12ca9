import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { formatProblems } from '../../config/problem.ts';
import { readSource } from '../../config/source.ts';
import { suggestion } from '../../domain/nearest.ts';
import { schemaFindings } from '../../domain/schema-findings.ts';
import { CODE, IN_TYPESCRIPT, OWN_PACKAGE } from '../../files/own-package.ts';
import { CommandError } from '../command-error.ts';

/** A package takes its own copy: see tools/build.mjs. */
const EXAMPLES = path.join(IN_TYPESCRIPT ? OWN_PACKAGE : CODE, 'examples');

/** The file in an example's folder that says what a demo needs to know of it; it stays out of the demo's copy. */
export const EXAMPLE_FILE = 'demo.yaml';

/** Flags of `baton demo` that mean something only where an example's crew can do what they ask for. */
const FLAGS = ['request', 'bad-canary', 'scenario'] as const;

const words = z.string().trim().min(1);

const adviceSchema = z.strictObject({
  /** The packet whose agent gets it, by `unblock`. */
  packet: words,
  /** The advice, word by word. */
  message: words,
  /** Both have to hold, so that the story is told in its order and by no clock. */
  when: z.strictObject({
    /** Part of what the packet's running agent last reported. */
    says: words,
    /** Another packet, which has to have begun. */
    started: words,
  }),
});

/** Advice that an example's story wants a person to give. */
export type ExampleAdvice = z.infer<typeof adviceSchema>;

const productionSchema = z.strictObject({
  /** Brings the stand-in for production up; relative to the example, as `down`. */
  up: words,
  /** Takes it down again. */
  down: words,
  /** Environment variable by which these commands, and those of the release, find its state. */
  state: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'is no name of a variable'),
});

/** What a demo starts beside Baton for an example with a release. */
export type ExampleProduction = z.infer<typeof productionSchema>;

const exampleSchema = z.strictObject({
  /** The feature in a person's words. */
  request: words,
  /** Folder of work packets that a person gives, relative to the example; absent: the designer makes them. */
  packets: words.optional(),
  /** The flags of `baton demo`, without dashes, that its crew understands. */
  flags: z.array(z.enum(FLAGS)).default([]),
  advice: z.array(adviceSchema).default([]),
  production: productionSchema.optional(),
});

/** An example as its `demo.yaml` tells it. */
export type Example = z.infer<typeof exampleSchema> & { readonly name: string; readonly folder: string };

/** Reads an example. @throws CommandError that names the ones there are, or what is wrong in its file */
export async function readExample(name: string): Promise<Example> {
  const folder = await exampleFolder(name);
  const text = await readFile(path.join(folder, EXAMPLE_FILE), 'utf8');
  return { name, folder, ...parseExample(text, `examples/${name}/${EXAMPLE_FILE}`) };
}

/** A `demo.yaml` as the typed settings with their defaults. @throws CommandError with all that is wrong in it */
export function parseExample(text: string, file: string): z.infer<typeof exampleSchema> {
  const source = readSource(text, file);
  if ('problems' in source) throw new CommandError(formatProblems(source.problems));
  const parsed = exampleSchema.safeParse(source.value);
  if (parsed.success) return parsed.data;
  const problems = schemaFindings(parsed.error, source.value, exampleSchema).map(
    ({ path: at, on, message }) => ({
      file,
      ...(on === 'key' ? source.keyPosition(at) : source.valuePosition(at)),
      message,
    }),
  );
  throw new CommandError(formatProblems(problems));
}

/** Refuses flags that ask an example for what it doesn't have. */
export function checkFlags(
  { name, flags }: Pick<Example, 'name' | 'flags'>,
  given: { readonly request?: unknown; readonly badCanary?: unknown; readonly scenario?: unknown },
): void {
  const asked = { request: given.request, 'bad-canary': given.badCanary, scenario: given.scenario };
  for (const flag of FLAGS)
    if (asked[flag] !== undefined && !flags.includes(flag))
      throw new CommandError(
        `--${flag} is not for the example "${name}": ${WHY[flag]}.\n` +
          `Leave it out, or see what each example can do: examples/*/README.md`,
      );
}

const WHY: Readonly<Record<(typeof FLAGS)[number], string>> = {
  request: 'its crew builds one feature only',
  'bad-canary': 'it ends when its feature has landed, so nothing of it goes to production',
  scenario: 'its crew has no other scenario',
};

async function exampleFolder(name: string): Promise<string> {
  const entries = await readdir(EXAMPLES, { withFileTypes: true }).catch(() => []);
  // Beside the repositories that a demo copies lie agents, which are none.
  const names = entries
    .map(({ name: folder }) => folder)
    .filter((folder) => existsSync(path.join(EXAMPLES, folder, EXAMPLE_FILE)));
  if (names.includes(name)) return path.join(EXAMPLES, name);
  throw new CommandError(
    names.length === 0
      ? `There are no examples at ${EXAMPLES}: run the demo from a clone of Baton's repository.`
      : `There is no example "${name}"${suggestion(name, names)}`,
  );
}

import { type Config, configSchema } from '../domain/config.ts';
import { schemaFindings } from '../domain/schema-findings.ts';
import { type SchemaFinding, valueAt, type Wording } from '../domain/schema-words.ts';
import { withHooks } from './hooks.ts';
import { type Problem, sortProblems } from './problem.ts';
import { type ConfigPlace, rootFindings, withRoot } from './root.ts';
import { missingTest, semanticFindings } from './semantics.ts';
import { readSource } from './source.ts';

/** The name of the configuration file, at the top of the repository that Baton works on, or in the root of features. */
export const CONFIG_FILE = 'baton.yaml';

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: Problem[] };

/**
 * `baton.yaml` as the typed configuration with its defaults, or everything that is wrong in it, by line.
 *
 * @param file - its name for messages
 * @param place - where it lies. Default: at the top
 */
export function parseConfig(text: string, file: string = CONFIG_FILE, place: ConfigPlace = {}): ParsedConfig {
  const source = readSource(text, file);
  if ('problems' in source) return { ok: false, problems: sortProblems(source.problems) };
  const { value } = source;
  const whole = (message: string): ParsedConfig => ({
    ok: false,
    problems: [{ file, ...source.valuePosition([]), message }],
  });
  if (value === null || value === undefined) return whole('is empty: it needs at least `checks` and `crew`');
  if (typeof value !== 'object' || Array.isArray(value))
    return whole('must be an object with `checks` and `crew`');

  const located = (finding: SchemaFinding): Problem => ({
    file,
    ...(finding.on === 'key' ? source.keyPosition(finding.path) : source.valuePosition(finding.path)),
    message: finding.message,
  });
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    const found = schemaFindings(parsed.error, value, configSchema, wording).map((finding) =>
      // The one rule of the schema about all checks together.
      finding.path.join() === 'checks' && /needs a test/.test(finding.message)
        ? { ...finding, message: missingTest(valueAt(value, ['checks'])) }
        : finding,
    );
    return { ok: false, problems: sortProblems(found.map(located)) };
  }
  const found = [...semanticFindings(parsed.data), ...rootFindings(parsed.data, place, CONFIG_FILE)];
  if (found.length > 0) return { ok: false, problems: sortProblems(found.map(located)) };
  return { ok: true, config: withHooks(withRoot(parsed.data, place, CONFIG_FILE)) };
}

const wording: Wording = {
  expectedAt: (path) =>
    path.length === 2 && path[0] === 'checks' ? 'a command, or an object with `run`' : undefined,
  whyNot: (_path, value) =>
    value === 'person' ? ': the designer is asked back and forth until its packets can be used' : undefined,
};

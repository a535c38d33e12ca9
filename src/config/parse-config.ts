import { type Config, configSchema } from '../domain/config.ts';
import { withHooks } from './hooks.ts';
import { type ConfigFinding, findings, valueAt } from './issue-text.ts';
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

  const located = (finding: ConfigFinding): Problem => ({
    file,
    ...(finding.on === 'key' ? source.keyPosition(finding.path) : source.valuePosition(finding.path)),
    message: finding.message,
  });
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    const found = parsed.error.issues.flatMap((issue): ConfigFinding[] => {
      // The one rule of the schema about all checks together.
      if (issue.code === 'custom' && issue.path.join() === 'checks')
        return [{ path: ['checks'], on: 'key', message: missingTest(valueAt(value, ['checks'])) }];
      return findings(issue, value);
    });
    return { ok: false, problems: sortProblems(found.map(located)) };
  }
  const found = [...semanticFindings(parsed.data), ...rootFindings(parsed.data, place, CONFIG_FILE)];
  if (found.length > 0) return { ok: false, problems: sortProblems(found.map(located)) };
  return { ok: true, config: withHooks(withRoot(parsed.data, place, CONFIG_FILE)) };
}

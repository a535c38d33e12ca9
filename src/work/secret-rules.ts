import type { lintSource } from '@secretlint/core';

/** Text that people write is shorter; longer files are data, and are looked through for the known values alone. */
const LONGEST = 1024 * 1024;

/** Rules of secretlint that don't apply: what they find is in every set-up for development, or switches the rules off. */
const LEFT_OUT = ['basicauth', 'database-connection-string', 'filter-comments'];

/** What its rules don't have: short keys (Ed25519), and services that many use. */
const MORE: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{40,}-----END/g],
  ['a token of GitLab', /\bgl(?:pat|dt|rt|ptt|soat)-[\w-]{20,}/g],
  ['a key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{20,}/g],
];

type Scan = (path: string, content: string) => ReturnType<typeof lintSource>;
let loading: Promise<Scan> | undefined;

/** Loaded when it is first needed: most of a worker's life there is nothing to scan. */
const scanner = (): Promise<Scan> => {
  loading ??= load();
  return loading;
};

async function load(): Promise<Scan> {
  const [{ lintSource: lint }, { creator: rule }, { secretLintProfiler }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
    import('@secretlint/profiler'),
  ]);
  // It keeps when each rule began and ended of each file for as long as the process lives, and goes through all of it each time.
  secretLintProfiler.mark = () => undefined;
  const rules = LEFT_OUT.map((name) => ({ id: `@secretlint/secretlint-rule-${name}`, disabled: true }));
  const preset = { id: '@secretlint/secretlint-rule-preset-recommend', rule, rules };
  return (path, content) =>
    lint({
      source: { filePath: path, content, contentType: 'text', ext: '' },
      options: { config: { rules: [preset] }, noPhysicFilePath: true, maskSecrets: true },
    });
}

/**
 * What looks like a private key or a provider's token in what a packet adds to a file, by the rules of secretlint and
 * {@link MORE}; undefined if nothing does. Names the kind and the line, never the text.
 */
export async function secretByRules(
  path: string,
  content: string,
  before: () => Promise<string | undefined>,
): Promise<string | undefined> {
  if (content.length > LONGEST || content.includes('\0')) return undefined;
  const found = [
    ...MORE.flatMap(([what, pattern]) =>
      [...content.matchAll(pattern)].map((match) => ({ what, start: match.index, text: match[0] })),
    ),
    ...(await (await scanner())(path, content)).messages.map(
      ({ ruleId, messageId, range: [start, end] }) => ({
        what: `${nameOf(ruleId)} (${messageId})`,
        start,
        text: content.slice(start, end),
      }),
    ),
  ];
  if (found.length === 0) return undefined;
  const there = (await before()) ?? '';
  const added = found.find(({ text }) => !there.includes(text));
  if (added === undefined) return undefined;
  const line = content.slice(0, added.start).split('\n').length;
  return `it has what looks like ${added.what}, in line ${line}`;
}

const nameOf = (ruleId: string): string => {
  const name = ruleId.replace(/^.*secretlint-rule-/, '');
  return name === 'privatekey' ? 'a private key' : `a token of ${name}`;
};

import type { Trouble, TroubleKind } from '../domain/agent-trouble.ts';

/** What a provider's HTTP status means for a run, or undefined where it isn't trouble of these kinds. */
export function kindOfStatus(status: number | null | undefined): TroubleKind | undefined {
  if (status === undefined || status === null) return undefined;
  if (status === 401 || status === 403) return 'not-logged-in';
  if (status === 404) return 'unknown-model';
  if (status === 429) return 'rate-limit';
  // 529 is Anthropic's own "overloaded".
  if (status === 408 || status >= 500) return 'overloaded';
  return undefined;
}

/** Words by which CLIs tell what they don't give a status for. The first that fits decides. */
const WORDS: readonly (readonly [RegExp, TroubleKind])[] = [
  [/rate.?limit|usage limit|too many requests|(?<!disk )quota|\b429\b|resource.?exhausted/i, 'rate-limit'],
  [
    /not logged in|please run \/login|api key|unauthori[sz]ed|authentication|missing environment variable|invalid auth|\b401\b|\b403\b/i,
    'not-logged-in',
  ],
  [
    /model.*(?:not exist|not found|not supported|unknown)|unknown model|model_not_found|\b404\b/i,
    'unknown-model',
  ],
  [
    /overloaded|high demand|timed? ?out|connection (?:to the api )?(?:was )?(?:lost|refused|reset|error)|unable to connect|econnre(?:set|fused)|stream disconnected|network error|fetch failed|socket|terminated|internal server error|\b5\d\d\b/i,
    'overloaded',
  ],
];

/** What a message of a CLI or a provider says is in the way, or undefined. */
export function kindOfWords(text: string): TroubleKind | undefined {
  const told = text.replace(PLACES, '');
  return WORDS.find(([words]) => words.test(told))?.[1];
}

/** Lines of a stack trace, and places in files (line and column): their numbers are no status. */
const PLACES = /^\s+at .*$|:\d+:\d+\b/gm;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LENGTH =
  /(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\b/gi;

/** How long a message asks to wait ("try again in 1 m 20 s", "retry after 7 seconds", "retryDelay: 7s"), in ms. */
export function retryAfterIn(text: string): number | undefined {
  const asked =
    /(?:try(?:ing)? again|retry(?:ing)?|retry.?delay|resets?|wait)[^\d]{0,30}((?:[\d.]+\s*[a-z]+[\s,]*(?:and\s+)?)+)/i.exec(
      text,
    )?.[1];
  if (asked === undefined) return undefined;
  const parts = [...asked.matchAll(LENGTH)];
  if (parts.length === 0) return undefined;
  const ms = parts.reduce((sum, [, count, unit = 's']) => {
    const key = unit.toLowerCase() === 'ms' || /^milli/i.test(unit) ? 'ms' : unit.charAt(0).toLowerCase();
    return sum + Number(count) * (UNITS[key] ?? 0);
  }, 0);
  return Math.round(ms);
}

/** What a person can do about it; CLIs say it for themselves only in part. */
const ADVICE: Readonly<Record<TroubleKind, (cli: string) => string>> = {
  'rate-limit': () => '',
  overloaded: () => '',
  'not-logged-in': (cli) =>
    `Log in with ${cli} where the worker runs, or set its key in the worker's environment and start the worker again; \`baton doctor\` tells what is found.`,
  'unknown-model': () =>
    'Correct `model` in baton.yaml for features to come, or leave it out for the default.',
  permission: (cli) => `Allow it by \`args\` of ${cli} in baton.yaml, or give the packet to another agent.`,
  settings: (cli) =>
    `Look at \`command\` and \`args\` in baton.yaml, and at ${cli}'s version with \`baton doctor\`.`,
};

/** A trouble with what the CLI said and what to do about it. */
export function troubleOf(
  kind: TroubleKind,
  cli: string,
  words: string,
  retryAfterMs = retryAfterIn(words),
): Trouble {
  const message = [`${cli} said: ${words.trim() || '(nothing)'}`, ADVICE[kind](cli)]
    .filter(Boolean)
    .join(' ');
  return { kind, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

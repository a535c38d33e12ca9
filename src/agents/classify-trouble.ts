import type { Trouble, TroubleKind } from '../domain/agent-trouble.ts';
import { retryAfterIn } from './retry-after.ts';

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

/** Of a program's log, which also holds the words of tests and tools: only what nobody else would say so. */
const PROSE: readonly (readonly [RegExp, TroubleKind])[] = [
  [
    /rate.?limit|usage limit|too many requests|(?<!disk )\bquota\b.*(?:exceed|exhaust|used up|reached)|exceed\w*.*(?<!disk )quota|resource.?exhausted|(?:^|http|status|error|code|api)\W*(?:code\W*)?429\b(?! (?!too|error|retry|wait)\w)|\b429\b(?! \w).*(?:retry|again|wait)/i,
    'rate-limit',
  ],
  [
    /not logged in|please run \/login|(?:invalid|incorrect|missing|no|expired|wrong)\s.{0,20}api.?key|api.?key.{0,30}(?:invalid|missing|not set|required|expired|not found|incorrect)|authentication_error|(?:http|status|error|code|api)\W*(?:code\W*)?40[13]\b/i,
    'not-logged-in',
  ],
  [
    /model\b.{0,80}(?:not exist|not found|not supported|unknown)|unknown model|model_not_found/i,
    'unknown-model',
  ],
  [
    /overloaded|high demand|service unavailable|bad gateway|(?:http|status|error|code|api)\W*(?:code\W*)?5(?:00|02|03|04|29)\b/i,
    'overloaded',
  ],
];

/** What a line of a program's own log says is in the way, or undefined. */
export function kindOfProse(line: string): TroubleKind | undefined {
  const told = line.replace(PLACES, '');
  return PROSE.find(([words]) => words.test(told))?.[1];
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

import type { Config } from '../domain/config.ts';
import { agentsOf, type RunnerName } from '../domain/crew-config.ts';
import { LONGEST_LIMIT_DAYS } from '../domain/duration.ts';
import { nearest } from '../domain/nearest.ts';
import { pathText, type SchemaFinding } from '../domain/schema-words.ts';
import { HOOKS_CHECK } from './hooks.ts';
import { serviceFindings } from './service-findings.ts';

/** Names of checks go into checkpoints, file names and the dashboard. */
const CHECK_NAME = /^[a-z][a-z0-9-]{0,59}$/;

/** What every value alone allows and their sum does not. */
export function semanticFindings(config: Config): SchemaFinding[] {
  return [
    ...checkFindings(config),
    ...timeFindings(config),
    ...budgetFindings(config),
    ...homeFindings(config),
    ...gateFindings(config),
    ...releaseFindings(config),
    ...serviceFindings(config),
  ];
}

function checkFindings(config: Config): SchemaFinding[] {
  return Object.keys(config.checks).flatMap((name): SchemaFinding[] => {
    const at = { path: ['checks', name], on: 'key' } as const;
    if (name === HOOKS_CHECK && config.hooks !== undefined && config.hooks !== 'none')
      return [{ ...at, message: `\`${name}\` is the check that \`hooks\` adds: give this one another name` }];
    if (!CHECK_NAME.test(name))
      return [
        {
          ...at,
          message: `\`${name}\` is not a check's name: use lower-case letters, digits and hyphens, a letter first`,
        },
      ];
    if (Object.hasOwn(config.gates, name))
      return [
        {
          path: ['gates', name],
          on: 'key',
          message: `\`${name}\` is a check and a gate: give one another name, or reports could not tell them apart`,
        },
      ];
    return [];
  });
}

/** Keys of checks whose value is not what the schema of all checks needs most: `test`. */
export function missingTest(checks: unknown): string {
  const names = typeof checks === 'object' && checks !== null ? Object.keys(checks) : [];
  const near = names.find((name) => nearest(name, ['test']) !== undefined);
  return `\`checks\` needs a \`test\` command: without one nothing is proven${near ? `; did you mean that by \`${near}\`?` : ''}`;
}

const DAY_MS = 86_400_000;

/** How long a time may be. */
interface TimeRange {
  readonly mayBeNone: boolean;
  readonly mostDays: number;
}
/** The time after which a worker ends something. */
const LIMIT: TimeRange = { mayBeNone: false, mostDays: LONGEST_LIMIT_DAYS };
/** Timers of the server hold a year, and nobody means more. */
const WAIT: TimeRange = { mayBeNone: true, mostDays: 365 };

type Time = readonly [path: readonly (string | number)[], ms: number | undefined, range: TimeRange];

const limitsUnder = (key: string, of: Readonly<Record<string, { readonly timeout: number } | undefined>>) =>
  Object.entries(of).map(([name, value]): Time => [[key, name, 'timeout'], value?.timeout, LIMIT]);

function timeFindings(config: Config): SchemaFinding[] {
  const { release } = config;
  const times: Time[] = [
    ...limitsUnder('checks', config.checks),
    ...limitsUnder('gates', config.gates),
    ...limitsUnder('services', config.services ?? {}),
    ...(config.generated ?? []).map(
      ({ timeout }, at): Time => [['generated', at, 'timeout'], timeout, LIMIT],
    ),
    ...Object.entries(config.crew).flatMap(([phase, role]) =>
      agentsOf(role).flatMap((agent, index): Time[] => {
        const path = ['crew', phase, ...(index === 1 ? ['fallback'] : [])];
        return [
          [[...path, 'stall'], agent.stall, LIMIT],
          [[...path, 'timeout'], agent.timeout, LIMIT],
        ];
      }),
    ),
    [['clarify', 'timeout'], config.clarify?.timeout, LIMIT],
    [['homes', 'gone'], config.homes.gone, { ...WAIT, mayBeNone: false }],
    [['release', 'staging', 'timeout'], release?.staging?.timeout, LIMIT],
    [['release', 'production', 'timeout'], release?.production?.timeout, LIMIT],
    [['release', 'production', 'bake'], release?.production?.bake, WAIT],
  ];
  return times.flatMap(([at, ms, { mayBeNone, mostDays }]): SchemaFinding[] => {
    if (ms === undefined) return [];
    const path = [...at];
    const must = (what: string): SchemaFinding[] => [
      { path, on: 'value', message: `\`${pathText(path)}\` must be ${what}` },
    ];
    if (ms === 0 && !mayBeNone) return must('longer than nothing');
    return ms > mostDays * DAY_MS ? must(`at most ${mostDays}d`) : [];
  });
}

/** Runners whose tools tell tokens and never what these cost; of `command` and `acp` some tell, the others do. */
const TOKENS_ONLY: readonly RunnerName[] = ['codex', 'gemini'];

/** A limit in dollars on what would never be known is refused: unknown is never taken as zero. */
function budgetFindings({ budget, clarify, crew, prices }: Config): SchemaFinding[] {
  const unpriced = Object.entries(crew).flatMap(([phase, role]) =>
    agentsOf(role).flatMap((agent, index) => {
      const { runner, model } = agent;
      if (!TOKENS_ONLY.includes(runner) || (model !== undefined && Object.hasOwn(prices, model))) return [];
      const path = ['crew', phase, ...(index === 1 ? ['fallback'] : [])];
      const priced =
        model === undefined ? 'name its `model` and the price of that' : `add \`prices.${model}\``;
      const why = `what \`${path.join('.')}\` costs would stay unknown, since \`${runner}\` tells tokens only: ${priced}, or limit \`tokens\``;
      return [{ path, why, own: agent.budget?.usd !== undefined, design: phase === 'design' }];
    }),
  );
  const looks = clarify?.budget?.usd === undefined ? undefined : unpriced.find(({ design }) => design);
  const first = budget?.usd === undefined ? undefined : unpriced[0];
  return [
    ...unpriced
      .filter(({ own }) => own)
      .map(({ path, why }): SchemaFinding => {
        const at = [...path, 'budget', 'usd'];
        return { path: at, on: 'value', message: `\`${at.join('.')}\`: ${why}` };
      }),
    ...(looks === undefined
      ? []
      : [
          {
            path: ['clarify', 'budget', 'usd'],
            on: 'value' as const,
            message: `\`clarify.budget.usd\`: ${looks.why}`,
          },
        ]),
    ...(first === undefined
      ? []
      : [{ path: ['budget', 'usd'], on: 'value' as const, message: `\`budget.usd\`: ${first.why}` }]),
  ];
}

/** Less than a task takes to reach a worker that is there. */
const SOONEST_GONE = 1000;

function homeFindings({ homes }: Config): SchemaFinding[] {
  const soon = homes.gone > 0 && homes.gone < SOONEST_GONE;
  return soon ? [{ path: ['homes', 'gone'], on: 'value', message: '`homes.gone` must be at least 1s' }] : [];
}

function gateFindings(config: Config): SchemaFinding[] {
  return Object.entries(config.gates).flatMap(([name, { min, max }]): SchemaFinding[] => {
    const at = (key: string): Pick<SchemaFinding, 'path' | 'on'> => ({
      path: ['gates', name, key],
      on: 'value',
    });
    if (typeof min === 'number' && typeof max === 'number')
      return min > max
        ? [{ ...at('min'), message: `\`gates.${name}.min\` is above its max: nothing could meet it` }]
        : [];
    if ((typeof min === 'object') !== (typeof max === 'object') && min !== undefined && max !== undefined)
      return [
        {
          ...at('max'),
          message: `\`gates.${name}\`: min and max must both be numbers, or both be numbers by path`,
        },
      ];
    const mins = typeof min === 'object' ? min : {};
    const maxs = typeof max === 'object' ? max : {};
    const count = Object.keys(mins).length + Object.keys(maxs).length;
    if (typeof min !== 'number' && typeof max !== 'number' && count === 0)
      return [
        {
          path: ['gates', name],
          on: 'key',
          message: `\`gates.${name}\` needs a threshold: without one it could not fail`,
        },
      ];
    return Object.entries(mins).flatMap(([path, low]): SchemaFinding[] =>
      low > (maxs[path] ?? Number.POSITIVE_INFINITY)
        ? [
            {
              path: ['gates', name, 'min', path],
              on: 'value',
              message: `\`gates.${name}.min\` of \`${path}\` is above its max: nothing could meet it`,
            },
          ]
        : [],
    );
  });
}

function releaseFindings({ release }: Config): SchemaFinding[] {
  if (!release) return [];
  if (!release.staging && !release.production)
    return [
      {
        path: ['release'],
        on: 'key',
        message: '`release` needs `staging` or `production`; without a release leave it out',
      },
    ];
  return Object.entries(release.production?.judge ?? {}).flatMap(
    ([figure, { min, max }]): SchemaFinding[] => {
      const path = ['release', 'production', 'judge', figure];
      if (min === undefined && max === undefined)
        return [
          {
            path,
            on: 'key',
            message: `\`${path.join('.')}\` needs min or max: without a limit it could not fail`,
          },
        ];
      if (min !== undefined && max !== undefined && min > max)
        return [
          {
            path: [...path, 'min'],
            on: 'value',
            message: `\`${path.join('.')}\`: min is above max, nothing could meet it`,
          },
        ];
      return [];
    },
  );
}

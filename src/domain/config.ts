/** `baton.yaml`: what a repository tells Baton about itself. Parsed by src/config, which adds file and line. */
import { z } from 'zod';
import { commandLine } from './command-line.ts';
import { commitsSchema } from './commits-config.ts';
import { budgetSchema, crewRoleSchema, designerSchema } from './crew-config.ts';
import { durationSchema } from './duration.ts';
import { envNames } from './env-names.ts';
import { boundaryGlob, boundaryProblem } from './packet.ts';
import { priceSchema } from './prices.ts';
import { FIGURE_FORMATS, TEST_REPORT_FORMATS } from './report-formats.ts';
import { rootNameProblem } from './root.ts';
import { ownSandbox, sandboxSchema } from './sandbox-config.ts';
import { MOST_SERVICES, serviceName, serviceSchema, wantedServices } from './services-config.ts';

const command = commandLine(2000);
/** Ten minutes: longer than most suites, short enough that a hanging one is noticed the same day. */
const CHECK_TIMEOUT = '10m';
/** Ten minutes: a machine that restarts its worker is back within that. */
const HOME_GONE = '10m';
/** Five minutes: enough to read a README and the files that a request names, and no design. */
const CLARIFY_TIMEOUT = '5m';
/** Release commands talk to machines: ten minutes covers a slow roll-out of one version. */
const RELEASE_TIMEOUT = '10m';

/** A path or glob that may begin with `../`, for what lies above the root of a monorepo's package. */
const globAroundRoot = z
  .string()
  .min(1)
  .max(300)
  .superRefine((glob, ctx) => {
    const below = glob.replace(/^(?:\.\.\/)+/, '');
    const message = below === '' ? `"${glob}" names no file` : boundaryProblem(below);
    if (message !== undefined) ctx.addIssue({ code: 'custom', message });
  });

/** Path or glob of what a command writes, or an object of it and its format. */
const reportIn = <const Format extends string>(formats: readonly Format[]) =>
  z.union([
    boundaryGlob,
    z.strictObject({
      /** Path or glob of the report. */
      file: boundaryGlob,
      /** Absent: told by the content. Another content is refused then. */
      format: z.enum(formats).optional(),
    }),
  ]);
/** The path or glob of a report. */
export const reportPath = (report: string | { readonly file: string }): string =>
  typeof report === 'string' ? report : report.file;
/** The format that a report has to have, if it is named. */
export const reportFormat = <Format>(
  report: string | { readonly format?: Format | undefined } | undefined,
): Format | undefined => (typeof report === 'object' ? report.format : undefined);
const EXCLUSIVE_NAME = 'is true, false, or a name of at most 63 lower-case letters, digits and hyphens';

const checkObject = z.strictObject({
  /** A shell command line, run at the root: the top of a worktree, or `root` in it. */
  run: command,
  /** Test report it writes, in a format of docs/reports.md. */
  report: reportIn(TEST_REPORT_FORMATS).optional(),
  /** Glob of test files, to tell tests from code. */
  files: boundaryGlob.optional(),
  /** Command that runs only the files in BATON_TEST_FILES (space separated), or in the file BATON_TEST_FILES_FROM names. */
  only: command.optional(),
  /** `allowed`: it is there to change tracked files, such as a formatter, and nobody has to be told. */
  changes: z.enum(['allowed']).optional(),
  /** It runs beside the check before it, since neither reads what the other writes. Default false: in order. */
  alongside: z.boolean().optional(),
  /**
   * No two checks of one name here run at once on a worker, whatever their trees and features; `true`: no two runs of
   * this check. Default false.
   */
  exclusive: z.union([z.boolean(), z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, EXCLUSIVE_NAME)]).optional(),
  /** Longest run; what takes longer is ended and fails. Default 10m. */
  timeout: durationSchema.prefault(CHECK_TIMEOUT),
  /** Services that run while it does. Default: all. */
  services: wantedServices.optional(),
  ...ownSandbox,
});
const check = z.preprocess((value) => (typeof value === 'string' ? { run: value } : value), checkObject);
export type CheckConfig = z.infer<typeof checkObject>;

const setupObject = z.strictObject({
  /** A shell command line, run at the root of a new worktree. */
  run: command,
  /** Longest run. Default 10m. */
  timeout: durationSchema.prefault(CHECK_TIMEOUT),
  /** Files whose change makes the set-up run again; default: the lock files of the usual package managers. */
  inputs: z.array(globAroundRoot).max(40).optional(),
  /** Services that run while it does. Default: none. */
  services: wantedServices.optional(),
  ...ownSandbox,
});
const setup = z.preprocess((value) => (typeof value === 'string' ? { run: value } : value), setupObject);

const generatedObject = z.strictObject({
  /** What `run` makes; nothing else of what it changes is taken. */
  files: z.array(globAroundRoot).min(1).max(40),
  /** A shell command line, run at the root of a worktree that is set up. */
  run: command,
  /** Longest run; what takes longer is ended and fails. Default 10m. */
  timeout: durationSchema.prefault(CHECK_TIMEOUT),
  /** Services that run while it does. Default: none. */
  services: wantedServices.optional(),
  ...ownSandbox,
});
export type GeneratedConfig = z.infer<typeof generatedObject>;

const bound = z.union([z.number(), z.record(z.string(), z.number())]);
const gate = z
  .strictObject({
    /** A shell command line that measures the figure, run at the root of a worktree. */
    run: command,
    /** JSON or coverage that the command writes; absent: the last JSON document on its standard output. */
    report: reportIn(FIGURE_FORMATS).optional(),
    /** Path of the figure, dots between keys; of coverage `lines` and its like. Absent: the keys of min and max are the paths. */
    metric: z.string().max(200).optional(),
    /** The figure is at least this: a number, or numbers by path of the figure. */
    min: bound.optional(),
    /** The figure is at most this, in the same form. One of both is needed. */
    max: bound.optional(),
    /** Nothing else of Baton's runs on the home meanwhile: for measurements. */
    exclusive: z.boolean().default(false),
    /** Longest run. Default 10m. */
    timeout: durationSchema.prefault(CHECK_TIMEOUT),
    /** Services that run while it is measured. Default: all. */
    services: wantedServices.optional(),
    ...ownSandbox,
  })
  .superRefine((value, ctx) => {
    if (value.min === undefined && value.max === undefined)
      ctx.addIssue({
        code: 'custom',
        message: 'a gate needs min or max: without a threshold it could not fail',
      });
    for (const key of ['min', 'max'] as const)
      if (typeof value[key] === 'number' && value.metric === undefined)
        ctx.addIssue({ code: 'custom', path: [key], message: `a single ${key} needs a metric` });
  });
export type GateConfig = z.infer<typeof gate>;

/** Features that began when `installed` was called `link` go on: those paths are copied now, too. */
const withoutLink = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('link' in value)) return value;
  const { link, ...rest } = value;
  return { installed: link, ...rest };
};

const limits = z.strictObject({
  /** The figure is at least this. */
  min: z.number().optional(),
  /** The figure is at most this. */
  max: z.number().optional(),
});

const staging = z.strictObject({
  /** Brings BATON_VERSION to staging. */
  deploy: command,
  /** Exit code 0: the version works. */
  smoke: command.optional(),
  /** Longest run of each command. Default 10m. */
  timeout: durationSchema.prefault(RELEASE_TIMEOUT),
});
const production = z.strictObject({
  /** The new version stands ready, without traffic. */
  deploy: command,
  /** BATON_PERCENT of the traffic to BATON_VERSION. */
  shift: command,
  /** Shares of traffic in per cent, rising, the last 100. */
  steps: z
    .array(z.number().int().min(1).max(100))
    .min(1)
    .max(20)
    .default([10, 50, 100])
    .refine(
      (steps) => steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0)) && steps.at(-1) === 100,
      {
        message: 'steps must rise and end with 100',
      },
    ),
  /** How long each step serves before it is judged, the last too. Default 5m. */
  bake: durationSchema.prefault('5m'),
  /** Prints a JSON object of figures, last on standard output, for BATON_VERSION since the last shift. */
  probe: command,
  /** Limits on the probe's figures; a figure that is missing is not within any limit. */
  judge: z.record(z.string(), limits).refine((judge) => Object.keys(judge).length > 0, {
    message: 'judge needs at least one figure: without it no canary could be bad',
  }),
  /** All traffic back to the version before BATON_VERSION. */
  rollback: command,
  /** Prints the version that serves now. Absent: the base commit is taken as the version before. */
  current: command.optional(),
  /** Longest run of each command. Default 10m. */
  timeout: durationSchema.prefault(RELEASE_TIMEOUT),
});

export const configSchema = z.strictObject({
  /**
   * Folder of the repository that features work in, such as `packages/api`: agents and commands begin there, and all
   * paths are named from there. Only in a file at the top; one in a folder makes that the root. Default: the whole.
   */
  root: z
    .string()
    .superRefine((value, ctx) => {
      const message = rootNameProblem(value);
      if (message !== undefined) ctx.addIssue({ code: 'custom', message });
    })
    .optional(),
  /** Commands that Baton runs on a tree to measure it, in this order; exit code 0 is a pass. `test` is needed. */
  checks: z
    .object({
      /** Prepares a new worktree before anything else runs in it; not a check itself. */
      setup: setup.optional(),
    })
    .catchall(check)
    .refine((checks) => 'test' in checks, {
      message: 'checks needs a test command: without one nothing is proven',
    }),
  /** Who does the work of the four phases, by which runner, within which limits. */
  crew: z.strictObject({
    /** Writes the design and the packets. */
    design: designerSchema,
    /** Writes the code. */
    implement: crewRoleSchema,
    /** Writes tests, and does the work that closes gaps. */
    test: crewRoleSchema,
    /** Prepares the release. */
    deploy: crewRoleSchema,
  }),
  /** What a feature may spend; reached, nothing new starts and a person is asked. Default: no limit. */
  budget: budgetSchema.optional(),
  /** Prices by model, as `model` in `crew` names it, for runners that tell tokens but no cost. */
  prices: z.record(z.string().min(1).max(100), priceSchema).default({}),
  /**
   * A short first run of the designer that only asks: what it doesn't understand in the request comes to people before a
   * design is paid for. Absent: the designer asks in the run in which it designs.
   */
  clarify: z
    .strictObject({
      /** Longest look; one that takes longer is ended, and the design begins. Default 5m. */
      timeout: durationSchema.prefault(CLARIFY_TIMEOUT),
      /** What the look may spend; reached, it is ended, and the design begins. Default: as the designer's. */
      budget: budgetSchema.optional(),
    })
    .optional(),
  /** Agents at once for one feature. Default 3: a person can follow three, hardly five. */
  concurrency: z.number().int().min(1).max(50).default(3),
  /** Where a person is asked before Baton goes on: `ask`, or `auto` if it goes on by itself. */
  approvals: z
    .strictObject({
      /** Before the packets of a design run. */
      design: z.enum(['ask', 'auto']).default('ask'),
      /** Before a canary is promoted: after the first of `steps`, or before the only one. */
      release: z.enum(['ask', 'auto']).default('ask'),
    })
    .default({ design: 'ask', release: 'ask' }),
  /** Figures that are held to thresholds when all packets are merged, by name. */
  gates: z
    .record(
      z
        .string()
        .regex(
          /^[a-z][a-z0-9-]*$/,
          'is not a name: use lower-case letters, digits and hyphens, a letter first',
        ),
      gate,
    )
    .default({}),
  /** How the landed commit is brought to people. Without it a feature ends when it has landed. */
  release: z
    .strictObject({
      /** Names of environment variables (credentials) that release commands get, and nothing else does. */
      env: envNames.default([]),
      /** Deployed to and tried first. */
      staging: staging.optional(),
      /** Gets a share of the traffic after the other, each judged by figures. */
      production: production.optional(),
    })
    .optional(),
  /** `branch`: push as `feature/<id>`; `merge`: into the base; `pull-request`: push and open one. Default branch. */
  land: z.enum(['branch', 'merge', 'pull-request']).default('branch'),
  /** Paths no packet may change without a person: what measures. baton.yaml is always among them. */
  protected: z.array(boundaryGlob).max(100).default(['baton.yaml']),
  /**
   * Files that a command makes from others. If two sides of a merge changed one, it is made anew. Lock files of the usual
   * package managers are known without being named.
   */
  generated: z.array(generatedObject).max(20).optional(),
  /** What runs beside commands and agents that want it, one of each a tree. */
  services: z
    .record(serviceName, serviceSchema)
    .refine((services) => Object.keys(services).length <= MOST_SERVICES, {
      message: `at most ${MOST_SERVICES} services`,
    })
    .optional(),
  /** Of several workers: when one is given up. */
  homes: z
    .strictObject({
      /** A home that has not answered for so long is given up, and its work is set up in another. Default 10m. */
      gone: durationSchema.prefault(HOME_GONE),
    })
    .prefault({}),
  /** `all`: trees have the content of submodules, nested ones too; `none`: their folders stay empty. Default all. */
  submodules: z.enum(['all', 'none']).default('all'),
  /**
   * A folder of the repository with hooks, such as `.husky`: its `pre-commit` is a check that every packet has to pass, and
   * messages of commits go through its `prepare-commit-msg` and `commit-msg`. `run`: those that the repository has, in a
   * usual folder or by lefthook or pre-commit. `none`: hooks aren't run, and the start doesn't say so. Absent: they aren't
   * run, and the start names them.
   */
  hooks: z
    .string()
    .max(200)
    .regex(/^(?:none|(?!-)[\w.-]+(?:\/[\w.-]+)*)$/, 'run, a folder of hooks, such as .husky, or none')
    .refine((folder) => !folder.split('/').some((part) => part === '..' || part === '.git'), {
      message: 'the folder of hooks has to be tracked in the repository',
    })
    .optional(),
  /** What commands that run agents' code may touch. */
  sandbox: sandboxSchema,
  /** What the commits that Baton makes look like. */
  commits: commitsSchema,
  /** What trees have beside the commit; none of it gets into a commit. */
  worktrees: z.preprocess(
    withoutLink,
    z
      .strictObject({
        /**
         * Paths that the set-up installs, such as node_modules: copied from one set-up into every tree that needs the
         * same, if nothing in them points into the tree that they come from.
         */
        installed: z.array(globAroundRoot).max(20).default([]),
        /** Files copied from the origin's checkout, where that is a local folder. */
        copy: z.array(globAroundRoot).max(20).default([]),
      })
      .prefault({}),
  ),
});
export type Config = z.infer<typeof configSchema>;
export type ConfigDraft = z.input<typeof configSchema>;

/** The four gates every report names, configured or not. */
export const STANDARD_GATES = ['coverage', 'performance', 'security', 'accessibility'] as const;

/** The checks to run on a tree, in order: all but the set-up. */
export const checkNames = (config: Config): string[] =>
  Object.keys(config.checks).filter((name) => name !== 'setup');

/** A check by its name, or undefined. */
export const checkNamed = (config: Config, name: string): CheckConfig | undefined =>
  name === 'setup' ? undefined : (config.checks[name] as CheckConfig | undefined);

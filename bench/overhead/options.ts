import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { slotsProblem } from '../../src/worker/worker-slots.ts';
import { ALL, type Planned } from './cases.ts';
import { SHAPES, type Shape } from './shapes.ts';

export interface Plan {
  readonly cases: readonly Planned[];
  /** Folders whose workers are measured. */
  readonly checkouts: readonly string[];
  readonly countGit: boolean;
}

const THIS = fileURLToPath(new URL('../../', import.meta.url));

const seconds = (text: string): number => {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Not a time.');
  return value;
};
const count = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Not a whole number from 1 on.');
  return Number(text);
};
const shape = (text: string): Shape => {
  const found = SHAPES.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError(`It is ${SHAPES.join(' or ')}.`);
  return found;
};

/** What the command line asks for; says what is wrong with it and exits where it asks for nothing that can be run. */
export function planOf(argv: readonly string[]): Plan {
  const program = new Command('bench:overhead')
    .description(
      'Runs agents of known durations through the real engine. Without options: the cases of the docs.',
    )
    .option('--features <n>', 'features at once (default: 1)', count)
    .option('--packets <n>', 'packets a feature (default: 30)', count)
    .option('--slots <n>', 'agents at once in a feature (default: 3)', count)
    .option('--agent <seconds>', 'how long each agent takes (default: 30)', seconds)
    .option('--check <seconds>', 'how long the check takes (default: it is `true`)', seconds)
    .option('--shape <shape>', `${SHAPES.join(' or ')} (default: independent)`, shape)
    .option('--less <n>', 'run the case with n packets too, and tell what each further packet costs', count)
    .option(
      '--checkout <dir>',
      'whose worker is measured; several are compared (default: this one)',
      (dir: string, before: string[] = []) => [...before, dir],
    )
    .option('--sandbox', 'agents and checks run in sandboxes')
    .option('--git-runs', 'count runs of git instead of processor time');
  program.parse(argv);
  const { checkout = [THIS], gitRuns = false, ...own } = program.opts<Options>();
  const cases = Object.keys(own).length === 0 ? ALL : [caseOf(own)];
  for (const { features, packets, slots, less, agentSeconds, checkSeconds } of cases) {
    const tooMany = slotsProblem(String(features * slots));
    if (tooMany !== undefined) program.error(`All features' slots are one worker's agents. ${tooMany}`);
    if (less !== undefined && less >= packets) program.error('--less: not fewer packets than --packets.');
    if (agentSeconds + checkSeconds === 0) program.error('Agents or checks have to take a while.');
  }
  return { cases, checkouts: checkout, countGit: gitRuns };
}

interface OwnCase {
  readonly features?: number;
  readonly packets?: number;
  readonly slots?: number;
  readonly agent?: number;
  readonly check?: number;
  readonly shape?: Shape;
  readonly less?: number;
  readonly sandbox?: boolean;
}
interface Options extends OwnCase {
  readonly checkout?: string[];
  readonly gitRuns?: boolean;
}

const caseOf = (own: OwnCase): Planned => ({
  features: own.features ?? 1,
  packets: own.packets ?? 30,
  shape: own.shape ?? 'independent',
  slots: own.slots ?? 3,
  agentSeconds: own.agent ?? 30,
  checkSeconds: own.check ?? 0,
  less: own.less,
  sandbox: own.sandbox,
});

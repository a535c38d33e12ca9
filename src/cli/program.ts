import type { Command } from 'commander';
import { addListed, type ListedCommand } from './catalogue.ts';
import { emptyProgram } from './run-program.ts';
import type { StartWorker } from './server/worker-process.ts';

type Register = (program: Command, startWorker: StartWorker) => void;

/** What registers which subcommands, in the order of the help. Loaded when wanted: an agent that plays is started for every run. */
const COMMANDS: readonly (readonly [names: readonly string[], load: () => Promise<Register>])[] = [
  [['init'], async () => (await import('./commands/init.ts')).registerInit],
  [['dev'], async () => (await import('./commands/dev.ts')).registerDev],
  [['worker'], async () => (await import('./commands/dev.ts')).registerWorker],
  [['codec'], async () => (await import('./commands/codec.ts')).registerCodec],
  [['demo'], async () => (await import('./commands/demo.ts')).registerDemo],
  [['doctor'], async () => (await import('./commands/doctor.ts')).registerDoctor],
  [['plan'], async () => (await import('./commands/plan.ts')).registerPlan],
  [['start'], async () => (await import('./commands/start.ts')).registerStart],
  [['list'], async () => (await import('./commands/list.ts')).registerList],
  [['status'], async () => (await import('./commands/status.ts')).registerStatus],
  [['watch'], async () => (await import('./commands/watch.ts')).registerWatch],
  [['inbox'], async () => (await import('./commands/inbox.ts')).registerInbox],
  [['retry'], async () => (await import('./commands/retry.ts')).registerRetry],
  [['decide'], async () => (await import('./commands/decide.ts')).registerDecide],
  [
    ['unblock', 'pause', 'resume', 'cancel'],
    async () => (await import('./commands/steer.ts')).registerSteering,
  ],
  [['diff', 'open'], async () => (await import('./commands/trees.ts')).registerTrees],
  [['handoff'], async () => (await import('./commands/handoff.ts')).registerHandoff],
  [['report'], async () => (await import('./commands/report.ts')).registerReport],
  [['rewind'], async () => (await import('./commands/rewind.ts')).registerRewind],
  [['compare'], async () => (await import('./commands/compare.ts')).registerCompare],
  [['logs'], async () => (await import('./commands/logs.ts')).registerLogs],
  [['record'], async () => (await import('./commands/record.ts')).registerRecord],
  [['play'], async () => (await import('./commands/play.ts')).registerPlay],
  [['agent'], async () => (await import('./commands/agent.ts')).registerAgent],
  [['packet'], async () => (await import('./commands/packet.ts')).registerPacket],
  [['clean'], async () => (await import('./commands/clean.ts')).registerClean],
  [['completion'], async () => (await import('./commands/completion.ts')).registerCompletion],
  [['worktree'], async () => (await import('./commands/worktree.ts')).registerWorktree],
];

/** They need no subcommand, and loading all takes a second. */
const VERSION_FLAGS = ['--version', '-V'];

/**
 * The `baton` command with the subcommand `wanted`; with all of them where there is no such one, to say which there are.
 *
 * @param catalogue all subcommands as the build listed them: enough to say which there are, and a third of the time
 */
export async function makeProgram(
  startWorker: StartWorker,
  version: string,
  wanted?: string,
  catalogue?: readonly ListedCommand[],
): Promise<Command> {
  const program = emptyProgram(version);
  if (VERSION_FLAGS.includes(wanted ?? '')) return program;
  const one = COMMANDS.filter(([names]) => wanted !== undefined && names.includes(wanted));
  // What completes the commands has to know all of them, and `help` may be asked about any.
  const others = wanted === 'completion' || one.length === 0;
  if (!others || wanted === 'help' || catalogue === undefined) {
    for (const [, load] of others ? COMMANDS : one) (await load())(program, startWorker);
    return program;
  }
  for (const listed of catalogue)
    if (listed.name !== wanted) addListed(program, [listed]);
    else for (const [, load] of one) (await load())(program, startWorker);
  return program;
}

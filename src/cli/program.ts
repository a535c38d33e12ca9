import type { Command } from 'commander';
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
  [['decide'], async () => (await import('./commands/decide.ts')).registerDecide],
  [
    ['unblock', 'pause', 'resume', 'cancel'],
    async () => (await import('./commands/steer.ts')).registerSteering,
  ],
  [['handoff'], async () => (await import('./commands/handoff.ts')).registerHandoff],
  [['report'], async () => (await import('./commands/report.ts')).registerReport],
  [['rewind'], async () => (await import('./commands/rewind.ts')).registerRewind],
  [['compare'], async () => (await import('./commands/compare.ts')).registerCompare],
  [['logs'], async () => (await import('./commands/logs.ts')).registerLogs],
  [['record'], async () => (await import('./commands/record.ts')).registerRecord],
  [['play'], async () => (await import('./commands/play.ts')).registerPlay],
  [['packet'], async () => (await import('./commands/packet.ts')).registerPacket],
  [['worktree'], async () => (await import('./commands/worktree.ts')).registerWorktree],
];

/** The `baton` command with the subcommand `wanted`; with all of them where there is no such one, to say which there are. */
export async function makeProgram(
  startWorker: StartWorker,
  version: string,
  wanted?: string,
): Promise<Command> {
  const program = emptyProgram(version);
  // The version needs none of them.
  if (wanted === '--version' || wanted === '-V') return program;
  const one = COMMANDS.filter(([names]) => wanted !== undefined && names.includes(wanted));
  for (const [, load] of one.length > 0 ? one : COMMANDS) (await load())(program, startWorker);
  return program;
}

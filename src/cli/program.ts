import type { Command } from 'commander';
import { emptyProgram } from './run-program.ts';
import type { StartWorker } from './worker-process.ts';

type Register = (program: Command, startWorker: StartWorker) => void;

/** What registers which subcommands, in the order of the help. Loaded when wanted: an agent that plays is started for every run. */
const COMMANDS: readonly (readonly [names: readonly string[], load: () => Promise<Register>])[] = [
  [['dev'], async () => (await import('./dev.ts')).registerDev],
  [['worker'], async () => (await import('./dev.ts')).registerWorker],
  [['demo'], async () => (await import('./demo.ts')).registerDemo],
  [['doctor'], async () => (await import('./doctor.ts')).registerDoctor],
  [['plan'], async () => (await import('./plan.ts')).registerPlan],
  [['start'], async () => (await import('./start.ts')).registerStart],
  [['list'], async () => (await import('./list.ts')).registerList],
  [['status'], async () => (await import('./status.ts')).registerStatus],
  [['watch'], async () => (await import('./watch.ts')).registerWatch],
  [['inbox'], async () => (await import('./inbox.ts')).registerInbox],
  [['decide'], async () => (await import('./decide.ts')).registerDecide],
  [['unblock', 'pause', 'resume', 'cancel'], async () => (await import('./steer.ts')).registerSteering],
  [['handoff'], async () => (await import('./handoff.ts')).registerHandoff],
  [['report'], async () => (await import('./report.ts')).registerReport],
  [['logs'], async () => (await import('./logs.ts')).registerLogs],
  [['record'], async () => (await import('./record.ts')).registerRecord],
  [['play'], async () => (await import('./play.ts')).registerPlay],
  [['packet'], async () => (await import('./packet.ts')).registerPacket],
  [['worktree'], async () => (await import('./worktree.ts')).registerWorktree],
];

/** The `baton` command with the subcommand `wanted`; with all of them where there is no such one, to say which there are. */
export async function makeProgram(
  startWorker: StartWorker,
  version: string,
  wanted?: string,
): Promise<Command> {
  const program = emptyProgram(version);
  const one = COMMANDS.filter(([names]) => wanted !== undefined && names.includes(wanted));
  for (const [, load] of one.length > 0 ? one : COMMANDS) (await load())(program, startWorker);
  return program;
}

import type { Command } from 'commander';
import { registerDecide } from './decide.ts';
import { registerDemo } from './demo.ts';
import { registerDev, registerWorker } from './dev.ts';
import { registerDoctor } from './doctor.ts';
import { registerHandoff } from './handoff.ts';
import { registerInbox } from './inbox.ts';
import { registerList } from './list.ts';
import { registerLogs } from './logs.ts';
import { registerPacket } from './packet.ts';
import { registerPlan } from './plan.ts';
import { registerPlay } from './play.ts';
import { registerRecord } from './record.ts';
import { registerReport } from './report.ts';
import { emptyProgram } from './run-program.ts';
import { registerStart } from './start.ts';
import { registerStatus } from './status.ts';
import { registerSteering } from './steer.ts';
import { registerWatch } from './watch.ts';
import type { StartWorker } from './worker-process.ts';
import { registerWorktree } from './worktree.ts';

/** The `baton` command with all of its subcommands. */
export function makeProgram(startWorker: StartWorker, version: string): Command {
  const program = emptyProgram(version);
  registerDev(program, startWorker);
  registerWorker(program, startWorker);
  registerDemo(program, startWorker);
  registerDoctor(program);
  registerPlan(program);
  registerStart(program);
  registerList(program);
  registerStatus(program);
  registerWatch(program);
  registerInbox(program);
  registerDecide(program);
  registerSteering(program);
  registerHandoff(program);
  registerReport(program);
  registerLogs(program);
  registerRecord(program);
  registerPlay(program);
  registerPacket(program);
  registerWorktree(program);
  return program;
}

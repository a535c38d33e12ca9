import { copyInstalled } from './copy-installed.ts';
import { manifestChanges, manifestOf } from './manifest.ts';
import { pointsInto } from './points-into.ts';
import { removeAll } from './remove-all.ts';
import { unshare } from './unshare.ts';

/** What goes through all that is installed in a tree. */
export const TASKS = { copyInstalled, manifestChanges, manifestOf, pointsInto, removeAll, unshare } as const;

export type Tasks = typeof TASKS;
export type TaskName = keyof Tasks;
export type TaskResult<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;

/** What the thread is asked. */
export interface TaskOrder<Name extends TaskName = TaskName> {
  readonly id: number;
  readonly name: Name;
  readonly args: Parameters<Tasks[Name]>;
}

/** What it answers: an error in the parts that survive the way. */
export type TaskReport = { readonly id: number } & (
  | { readonly result: unknown }
  | { readonly failed: { readonly message: string; readonly code?: string | undefined } }
);

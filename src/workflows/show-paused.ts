import { upsertMemo } from '@temporalio/workflow';
import type { PausedMemo } from '../domain/messages.ts';
import { pauseHoldsBack } from './patches.ts';

/** Shows in this workflow's memo whether it is paused: a home reads it right before it starts an agent. */
export function showPaused(paused: boolean): void {
  if (pauseHoldsBack()) upsertMemo({ paused } satisfies PausedMemo);
}

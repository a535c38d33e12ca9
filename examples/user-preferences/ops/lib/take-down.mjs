import { rmSync } from 'node:fs';
import { processNames, processRuns, stopProcess } from './processes.mjs';
import { inState } from './state.mjs';

/** Stops every process of the environments, customers first, and says which there were. The journal stays. */
export async function takeDown() {
  const order = (name) =>
    ['customers', 'service', 'router', 'database'].findIndex((kind) => name.includes(kind));
  const names = processNames().sort((a, b) => order(a) - order(b));
  const stopped = [];
  for (const name of names) if (await stopProcess(name)) stopped.push(name);
  const left = names.filter(processRuns);
  if (left.length === 0) rmSync(inState('processes'), { recursive: true, force: true });
  return { stopped, left };
}

import type { Confined } from '../sandbox/sandbox.ts';
import type { AgentRunRequest } from './runner.ts';

/** The sandbox of Baton's that an agent runs in, if it does. */
export const insideOf = ({ confined }: Pick<AgentRunRequest, 'confined'>): Confined | undefined =>
  confined === undefined || 'without' in confined ? undefined : confined;

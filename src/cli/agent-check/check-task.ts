import { resultJsonSchema } from '../../agents/result-schema.ts';
import { type AgentTask, type Feedback, PROTOCOL_VERSION } from '../../domain/agent-protocol.ts';
import { packetSchema } from '../../domain/packet.ts';

/** The check that a checkpoint may ask for, and what it runs. */
export const CHECK = { name: 'test', run: 'sh greet-test.sh' } as const;

const INSTRUCTIONS = `This is a rehearsal of the agent protocol. In this order:
1. Report your session, then write greet-test.sh: it passes if \`sh greet.sh Ada\` prints "<greeting>, Ada".
2. Ask for a checkpoint with \`run: ["test"]\` and wait for its answer: the test is red.
3. End as \`blocked\` with the question which greeting is wanted, with the options "Hello" and "Hi".
4. When you are resumed with the answer, write greet.sh, and ask for another checkpoint: the test is green.
5. Report your usage, and end as \`done\`.
Touch no other files.`;

const packet = packetSchema.parse({
  id: 'greeting',
  objective: 'greet.sh greets by name',
  criteria: [{ text: '`sh greet.sh Ada` greets Ada', evidence: { command: CHECK.run } }],
  boundaries: { inScope: ['greet.sh', 'greet-test.sh'] },
});

/** What an agent that is checked is given in its run `attempt`. */
export const checkTask = (
  attempt: number,
  resume: AgentTask['resume'],
  feedback: readonly Feedback[],
): AgentTask => ({
  protocol: PROTOCOL_VERSION,
  feature: { id: 'agent-check', request: 'Greet people by name.' },
  role: 'tdd-typescript',
  instructions: INSTRUCTIONS,
  phase: 'implement',
  packet,
  given: [],
  handoff: null,
  attempt,
  resume,
  feedback,
  checks: [CHECK.name],
  resultSchema: resultJsonSchema('implement'),
});

import type { AgentRunInput } from '../../src/domain/activities.ts';
import type { RepositoryRef } from '../../src/domain/messages.ts';
import { packetSchema } from '../../src/domain/packet.ts';
import { tinyPacket } from '../support/tiny-repository.ts';

/** The first run of the packet `one` in a home. */
export const firstRun = (ref: RepositoryRef, home: string): AgentRunInput => ({
  ...ref,
  name: 'one',
  place: { home, epoch: 1 },
  phase: 'implement',
  packet: packetSchema.parse(tinyPacket('one')),
  branch: `baton/${ref.feature}/one`,
  start: ref.baseCommit,
  handoff: null,
  run: 1,
  feedback: [],
  resume: null,
  given: [],
  request: 'Add the file',
  reportTo: 'nobody',
});

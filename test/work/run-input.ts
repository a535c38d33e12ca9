import type { AgentRunInput } from '../../src/domain/activities.ts';
import type { RepositoryRef } from '../../src/domain/messages.ts';
import { packetSchema } from '../../src/domain/packet.ts';
import { openIntegration } from '../../src/work/feature-files.ts';
import { type TinyRepository, tinyPacket } from '../support/tiny-repository.ts';
import { newWorkshop } from './new-workshop.ts';

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

/** A feature of the repository that has begun in a new home, which whoever asked for it releases. */
export async function begunFeature({ git, repo }: Pick<TinyRepository, 'git' | 'repo'>, feature: string) {
  const { home, shop } = await newWorkshop();
  const ref = { feature, repo, base: 'main', baseCommit: await git('rev-parse', 'main') };
  const site = await shop.open(ref);
  await openIntegration(site, 'execution');
  return { home, shop, site, input: firstRun(ref, home.id) };
}

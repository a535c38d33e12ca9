import { CONFIG_FILE, parseConfig } from '../../config/parse-config.ts';
import type { Config } from '../../domain/config.ts';
import { hasFallback } from '../../domain/crew-config.ts';
import { changedMember, type MemberChange, readMemberChange } from '../../domain/member-change.ts';
import type { FeatureRequest } from '../../domain/messages.ts';
import { PHASES, type Phase, phaseOfKind } from '../../domain/phase.ts';
import { isLocal } from '../../git/remote/origin.ts';
import { withSealedView } from '../../git/sealed-view.ts';
import { userRepository } from '../../git/user-repository.ts';
import { CommandError } from '../command-error.ts';
import { nearestConfig, readBaseConfig } from '../start/base-config.ts';
import type { Earlier } from './earlier.ts';

/** The rules that the earlier execution had; those of the base as it is now if its repository isn't on this machine. */
export async function rulesOf({ repo, base, baseCommit, root }: FeatureRequest): Promise<Config> {
  if (!isLocal(repo)) return (await readBaseConfig(repo, { base, root })).config;
  const { text, file, folder } = await withSealedView(await userRepository(repo), (view) =>
    nearestConfig(view.run, baseCommit, root ?? '', repo),
  );
  const parsed = parseConfig(text ?? '', file, { folder, root });
  if (parsed.ok) return parsed.config;
  throw new CommandError(
    `${CONFIG_FILE} at ${baseCommit.slice(0, 12)} can't be used by this version of Baton.`,
  );
}

/**
 * `--with`, held against the roles that it changes.
 *
 * @param packet - whose runs are made anew; undefined: whatever is
 * @throws CommandError if there can't be such an agent
 */
export function newMember(
  given: readonly string[],
  config: Config,
  { kinds }: Pick<Earlier, 'kinds'>,
  packet: string | undefined,
): MemberChange | undefined {
  if (given.length === 0) return undefined;
  const read = readMemberChange(given);
  if ('problem' in read) throw new CommandError(`${read.problem}.`);
  const { change } = read;
  const phases = phasesOf(packet, kinds);
  if (change.agent !== undefined && !phases.some((phase) => hasFallback(config.crew[phase])))
    throw new CommandError(`No fallback is named in crew.${phases.join(' or crew.')} of ${CONFIG_FILE}.`);
  for (const phase of phases) {
    const changed = changedMember(config.crew[phase], change);
    if ('problem' in changed)
      throw new CommandError(
        `With ${given.join(' ')} crew.${phase} is no agent that Baton can run: ${changed.problem}`,
      );
  }
  return change;
}

function phasesOf(packet: string | undefined, kinds: Earlier['kinds']): readonly Phase[] {
  if (packet === undefined) return PHASES;
  const kind = kinds.get(packet);
  return [kind === undefined ? 'design' : phaseOfKind(kind)];
}

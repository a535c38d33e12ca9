import { formatProblems } from '../../config/problem.ts';
import type { Config } from '../../domain/config.ts';
import type { Packet } from '../../domain/packet.ts';
import { unprovableCriteria } from '../../domain/unprovable.ts';
import { type PacketPlace, readPacketFolder } from '../../packets/read-packet-folder.ts';
import { CommandError } from '../command-error.ts';
import { say } from '../output.ts';

/**
 * The packets of a folder, as `feature` would have them; what is doubtful in them is said. With the repository's
 * checks, a criterion that they can't prove is refused as well.
 * @throws CommandError with all that is wrong in them, by file and line.
 */
export async function readPackets(
  folder: string,
  place: PacketPlace,
  checks?: Config['checks'],
): Promise<readonly Packet[]> {
  const { packets, problems, warnings, unnamed } = await readPacketFolder(folder, place);
  if (problems.length > 0)
    throw new CommandError(`The packets in ${folder} can't be used:\n${formatProblems(problems)}`);
  const unprovable = checks === undefined ? [] : unprovableCriteria(packets, checks);
  if (unprovable.length > 0)
    throw new CommandError(`The packets in ${folder} can't be used:\n${unprovable.join('\n')}`);
  if (warnings.length > 0) say(formatProblems(warnings));
  for (const { packet, file } of unnamed)
    say(`${file}: packet ${packet} has a dependency the designer has to name`);
  return packets;
}

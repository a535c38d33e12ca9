import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { formatProblems } from '../../config/problem.ts';
import { errorText } from '../../domain/error-text.ts';
import { packetIdProblem } from '../../domain/ids.ts';
import { suggestion } from '../../domain/nearest.ts';
import { parsePacketFile } from '../../packets/parse-packet-file.ts';
import { readPacketText } from '../../packets/read-packet-folder.ts';
import { CommandError } from '../command-error.ts';

/** A packet that a person gives to an agent by hand. */
export interface HandPacket {
  readonly file: string;
  readonly text: string;
  readonly branch: string | undefined;
}

/**
 * The packet of that id in a folder: its file is `<id>.md`, or another with that id in its title.
 * @throws CommandError where its file can't be used, or where the folder was named and doesn't have it.
 */
export async function findPacket(
  id: string,
  folder: string,
  named: boolean,
): Promise<HandPacket | undefined> {
  const names = await readdir(folder).catch((error: Error) => {
    if (named) throw new CommandError(`${folder} can't be read as a folder: ${error.message}`);
    return [];
  });
  const ids: string[] = [];
  const own = `${id}.md`;
  const files = names.filter((name) => name.endsWith('.md') && name.toLowerCase() !== 'readme.md').sort();
  // The file of that name first: what is wrong in it is told even if it holds another id.
  for (const name of [...files.filter((one) => one === own), ...files.filter((one) => one !== own)]) {
    const file = path.join(folder, name);
    const text = await readPacketText(file).catch((error: unknown) => {
      throw new CommandError(`${file} can't be read: ${errorText(error)}`);
    });
    const parsed = parsePacketFile(text, file);
    if (!parsed.ok && name === own)
      throw new CommandError(`The packet can't be used:\n${formatProblems(parsed.problems)}`);
    if (!parsed.ok) continue;
    ids.push(parsed.packet.id);
    if (parsed.packet.id === id) return { file, text, branch: parsed.packet.branch };
  }
  if (named) throw new CommandError(`${folder} has no packet "${id}"${suggestion(id, ids)}`);
  return undefined;
}

/** Refuses what can't name a packet, and so neither a worktree. */
export function checkName(name: string): void {
  const problem = packetIdProblem(name);
  if (problem !== undefined) throw new CommandError(`${problem}.`);
}

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { packetIdProblem } from '../../domain/ids.ts';
import type { Packet } from '../../domain/packet.ts';
import { packetTemplate } from '../../packets/packet-template.ts';
import { parsePacketFile } from '../../packets/parse-packet-file.ts';
import { readPacketText } from '../../packets/read-packet-folder.ts';
import { CommandError } from '../command-error.ts';
import { print, say } from '../output.ts';

interface Flags {
  readonly dir: string;
  readonly objective?: string;
  readonly depends?: Packet['dependencies'];
}

/** `baton packet new`: for people who write their packets themselves. */
export const registerPacket = (program: Command): void => {
  const packet = program.command('packet').description('work packets of your own, as Markdown files');
  packet
    .command('new')
    .description('write a packet file to fill in; prints its path')
    .argument('<id>', 'id of the packet')
    .option('--dir <folder>', 'folder of the packets', 'packets')
    .option('--objective <words>', 'what is to be reached')
    .option('--depends <list>', 'what it waits for, such as hard:db-users,soft:errors', dependencies)
    .action(async (id: string, { dir, objective, depends = [] }: Flags) => {
      const problem = packetIdProblem(id);
      if (problem !== undefined) throw new CommandError(`${problem}.`);
      if (depends.some((one) => one.packet === id)) throw new CommandError(`"${id}" can't wait for itself.`);
      const text = templateOf({ id, objective, dependencies: depends });
      const ids = await idsIn(dir);
      const holder = ids.get(id);
      if (holder !== undefined) throw new CommandError(`There is a packet "${id}" already: ${holder}`);
      const file = path.join(dir, `${id}.md`);
      await mkdir(dir, { recursive: true });
      await writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        throw new CommandError(`There is a file ${file} already: it is left as it is.`);
      });
      print(file);
      for (const one of depends)
        if (!ids.has(one.packet)) say(`There is no packet "${one.packet}" in ${dir} yet.`);
      say(`Fill it in, then look at the whole: baton plan --packets ${dir}`);
    });
};

function templateOf(request: Parameters<typeof packetTemplate>[0]): string {
  try {
    return packetTemplate(request);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CommandError(`No packet can be made of that:\n${error.message}`, undefined, { cause: error });
  }
}

/** Packets of a folder that can be read: id -> file. */
async function idsIn(dir: string): Promise<Map<string, string>> {
  const names = await readdir(dir).catch((): string[] => []);
  const found = new Map<string, string>();
  for (const name of names.filter((one) => one.endsWith('.md')).sort()) {
    const file = path.join(dir, name);
    const parsed = parsePacketFile(await readPacketText(file).catch(() => ''), file);
    if (parsed.ok) found.set(parsed.packet.id, file);
  }
  return found;
}

/** `hard:a,soft:b`; without a word before it, a dependency is hard. */
export function dependencies(text: string): Packet['dependencies'] {
  const found = text.split(',').map((part): Packet['dependencies'][number] => {
    const [, type = 'hard', packet = ''] = /^\s*(?:(hard|soft):)?([^:]*?)\s*$/.exec(part) ?? [];
    if (packetIdProblem(packet) !== undefined)
      throw new InvalidArgumentError(`"${part.trim()}" is not hard:<packet> or soft:<packet>.`);
    return { type: type === 'soft' ? 'soft' : 'hard', packet };
  });
  if (new Set(found.map(({ packet }) => packet)).size < found.length)
    throw new InvalidArgumentError('A packet is named twice.');
  return found;
}

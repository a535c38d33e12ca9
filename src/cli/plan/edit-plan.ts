import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { execa } from 'execa';
import { featureWorkflowId } from '../../domain/ids.ts';
import { QUERIES, UPDATES } from '../../domain/messages.ts';
import type { MadePlanEdit, PlanEdit, PlanStatus } from '../../domain/plan-edit.ts';
import { counted } from '../../domain/plan-words.ts';
import { formatPacketFile } from '../../packets/format-packet-file.ts';
import { planChanges, shownPackets } from '../../packets/plan-changes.ts';
import { CommandError } from '../command-error.ts';
import { canAsk, print, say } from '../output.ts';
import type { Server } from '../server/connection.ts';
import { endedOrUnknown } from '../server/decisions.ts';
import { query } from '../server/feature-lookup.ts';
import { readPackets } from '../start/read-packets.ts';

/** How a plan is to be changed. */
export interface EditFlags {
  /** A folder with the packets as they are to be; true: in an editor. */
  readonly edit?: string | true;
  /** Ids of packets that get the next slots. */
  readonly first?: readonly string[];
  readonly by: string;
}

/** The packets of a feature that runs, whole. @throws CommandError where it runs nowhere or has none yet. */
export async function planStatus(server: Server, feature: string): Promise<PlanStatus> {
  const answer = await query<PlanStatus>(server.client, feature, QUERIES.plan).catch(
    async (error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      throw new CommandError(`${await endedOrUnknown(server, feature)}.`);
    },
  );
  if ('unanswered' in answer)
    throw new CommandError(`The feature "${feature}" doesn't tell its plan: ${answer.unanswered}`);
  if (answer.value.packets.length === 0)
    throw new CommandError(
      `The feature "${feature}" has no packets yet: its designer is at work. See: baton status ${feature}`,
    );
  return answer.value;
}

/** Writes the packets of a running feature as files. */
export async function exportPlan(server: Server, feature: string, folder: string): Promise<void> {
  const { packets } = await planStatus(server, feature);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).some((name) => name.endsWith('.md')))
    throw new CommandError(`${folder} has Markdown files already: name an empty folder`);
  await writePackets(folder, packets);
  say(
    `${counted(shownPackets(packets).length, 'packet')} written. Change them, then: baton plan ${feature} --edit ${folder}`,
  );
  print(folder);
}

/** Changes the plan of a running feature to what files say, or the order of its packets. */
export async function editPlan(
  server: Server,
  feature: string,
  flags: EditFlags,
): Promise<MadePlanEdit | undefined> {
  const { edit, first, by } = flags;
  const status = await planStatus(server, feature);
  const changes =
    edit === undefined
      ? { add: [], amend: [], drop: [] }
      : edit === true
        ? await inEditor(feature, status)
        : planChanges(status.packets, await readPackets(edit, { feature }));
  const count = changes.add.length + changes.amend.length + changes.drop.length;
  if (count === 0 && first === undefined) {
    say('Nothing is changed.');
    return undefined;
  }
  return send(server, feature, { ...changes, by, ...(first !== undefined && { first: [...first] }) });
}

async function send(server: Server, feature: string, edit: PlanEdit): Promise<MadePlanEdit> {
  const handle = server.client.workflow.getHandle(featureWorkflowId(feature));
  try {
    return await handle.executeUpdate<MadePlanEdit, [PlanEdit]>(UPDATES.plan, { args: [edit] });
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    throw new CommandError(
      `The plan of ${feature} stays as it is:\n${error.cause?.message ?? error.message}`,
    );
  }
}

const writePackets = (folder: string, packets: PlanStatus['packets']) =>
  Promise.all(
    shownPackets(packets).map((packet) =>
      writeFile(path.join(folder, `${packet.id}.md`), formatPacketFile(packet)),
    ),
  );

/** Opens the packets in the person's editor and reads what became of them. */
async function inEditor(feature: string, { packets }: PlanStatus) {
  const editor = process.env.VISUAL ?? process.env.EDITOR;
  if (!canAsk() || editor === undefined)
    throw new CommandError(
      `--edit needs a terminal and EDITOR. Or: baton plan ${feature} --export DIR, change the files, then --edit DIR`,
    );
  const folder = await mkdtemp(path.join(tmpdir(), `baton-plan-${feature}-`));
  await writePackets(folder, packets);
  const files = (await readdir(folder)).sort().map((name) => path.join(folder, name));
  // The shell splits the editor's own arguments ("code --wait"); the files' names are ids.
  await execa('sh', ['-c', `${editor} "$@"`, editor, ...files], { stdio: 'inherit' });
  try {
    const changes = planChanges(packets, await readPackets(folder, { feature }));
    await rm(folder, { recursive: true, force: true });
    return changes;
  } catch (error) {
    say(`What you wrote is kept in ${folder}; mend it, then: baton plan ${feature} --edit ${folder}`);
    throw error;
  }
}

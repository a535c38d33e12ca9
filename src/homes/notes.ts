import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeFileInRoom } from './atomic-file.ts';
import { namesIn } from './names-in.ts';
import type { HomePaths } from './paths.ts';

const noteSchema = z.looseObject({
  feature: z.string(),
  packet: z.string(),
  /** Which move of the packet between homes this run belongs to. */
  epoch: z.number().int(),
  /** The agent's run; a note of another run is only read for its session. */
  runId: z.string(),
  /** The agent's process, with what tells it from a later one of the same number. */
  pid: z.number().int().optional(),
  startTime: z.string().optional(),
  /** The agent CLI's own session, by which it can be resumed. */
  sessionId: z.string().optional(),
  /** Last commit that Baton made of the agent's work. */
  commit: z.string().optional(),
});

/**
 * What a home remembers of a packet's agent, so that the next attempt can end what is left of the process
 * and resume the session. Further fields are kept as they are.
 */
export type SessionNote = z.infer<typeof noteSchema>;

/** What an agent or a command comes to is rarely longer: its summary and the end of its output. */
const NOTE_ROOM = 16 * 1024;

/**
 * Keeps the note, replacing the packet's former one; it is on the disk when this returns. A run's first note takes room for
 * what is noted later, such as the agent's session and its result: a disk that is full by then has it.
 */
export const writeNote = async (home: HomePaths, note: SessionNote): Promise<void> => {
  const file = home.session(note.feature, note.packet);
  await writeFileInRoom(file, `${JSON.stringify(noteSchema.parse(note))}\n`, NOTE_ROOM);
};

/** The packet's note; undefined where there is none, or none that can be read. */
export const readNote = async (
  home: HomePaths,
  of: { feature: string; packet: string },
): Promise<SessionNote | undefined> => {
  const parsed = noteSchema.safeParse(await readJson(home.session(of.feature, of.packet)));
  return parsed.success ? parsed.data : undefined;
};

/** Forgets the packet's note; no error where there is none. */
export const removeNote = async (home: HomePaths, of: { feature: string; packet: string }): Promise<void> => {
  await rm(home.session(of.feature, of.packet), { force: true });
};

/** All notes of the home, of one feature where given. */
export const listNotes = async (home: HomePaths, feature?: string): Promise<SessionNote[]> => {
  const features = feature === undefined ? await namesIn(home.sessions) : [feature];
  const notes: SessionNote[] = [];
  for (const each of features) {
    for (const name of await namesIn(path.join(home.sessions, each))) {
      if (!name.endsWith('.json') || name.startsWith('.')) continue;
      const parsed = noteSchema.safeParse(await readJson(path.join(home.sessions, each, name)));
      if (parsed.success) notes.push(parsed.data);
    }
  }
  return notes;
};

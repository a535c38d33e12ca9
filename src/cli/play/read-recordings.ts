import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { errorText } from '../../domain/error-text.ts';
import { RECORDING_NAME, type Recording, readRecording } from '../../domain/recording.ts';
import { readRegularText } from '../../files/regular-file.ts';
import { PlayProblem } from './play-problem.ts';

/** The recorded runs of a packet. @throws PlayProblem where the folder has none, or one that can't be read */
export async function readRecordings(folder: string, packet: string): Promise<Recording[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new PlayProblem(
      `the folder ${folder} with the recordings can't be read (${error.code}): name it absolutely in baton.yaml, or ` +
        "commit it to the repository and name it from the repository's root",
    );
  });
  const recorded = names.map((name) => ({ name, of: RECORDING_NAME.exec(name)?.[1] }));
  const wanted = recorded.filter(({ of }) => of === packet);
  if (wanted.length === 0) {
    const there = [...new Set(recorded.flatMap(({ of }) => (of === undefined ? [] : [of])))].sort();
    throw new PlayProblem(
      `${folder} has no recording of "${packet}"; it has ${there.length === 0 ? 'none at all' : there.join(', ')}`,
    );
  }
  return Promise.all(
    wanted.map(async ({ name }) => {
      const text = await readRegularText(path.join(folder, name), { links: 'followed' }).catch(
        (error: unknown) => {
          throw new PlayProblem(`${path.join(folder, name)} can't be read: ${errorText(error)}`);
        },
      );
      const read = readRecording(text);
      if ('problem' in read)
        throw new PlayProblem(`${path.join(folder, name)} is no recording: ${read.problem}`);
      return read;
    }),
  );
}

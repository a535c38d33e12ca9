import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where a program is that is started by its name; undefined if no folder of `PATH` has it. */
export async function placeOnPath(
  program: string,
  path: string = process.env.PATH ?? '',
): Promise<string | undefined> {
  const folders = isAbsolute(program) ? [''] : path.split(delimiter);
  for (const folder of folders) {
    const file = join(folder, program);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}

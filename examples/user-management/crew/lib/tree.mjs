import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const WORK = join(import.meta.dirname, '../work');
const FORMAT = ['check', '--write', '--config-path=lint-rules.json'];

/** Lays the files of `crew/work/<part>` into the worktree, over what is there. */
export const lay = (part) => cpSync(join(WORK, part), '.', { recursive: true });

export const exists = (file) => existsSync(file);
export const read = (file) => readFileSync(file, 'utf8');
export const remove = (file) => rmSync(file, { force: true });

/** Changes files of the worktree, formatted as the repository wants them. */
export async function edit(files, change) {
  for (const file of files) writeFileSync(file, change(read(file)));
  await promisify(execFile)('node_modules/.bin/biome', [...FORMAT, ...files]);
}

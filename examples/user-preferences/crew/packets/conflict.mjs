import { exists, read, writeFiles } from '../lib/workspace.mjs';

const BLOCK = /^<{7}.*\n([\s\S]*?)^(?:\|{7}.*\n[\s\S]*?^)?={7}.*\n([\s\S]*?)^>{7}.*\n/gm;

/** Resolves conflict markers by keeping the lines of both sides, without a line twice. */
export async function keepBothSides(files) {
  const resolved = {};
  for (const file of files.filter(exists)) {
    const text = read(file);
    const merged = text.replace(BLOCK, (_block, ours, theirs) => {
      const lines = ours.split('\n');
      return (
        ours +
        theirs
          .split('\n')
          .filter((line) => line !== '' && !lines.includes(line))
          .map((line) => `${line}\n`)
          .join('')
      );
    });
    if (merged !== text) resolved[file] = merged;
  }
  await writeFiles(resolved);
  return Object.keys(resolved);
}

/** For the scenario `conflict`: every packet adds its line in the same place. */
export async function noteInChangelog(id) {
  const file = 'CHANGELOG.md';
  const text = exists(file) ? read(file) : '# Changes\n';
  if (!text.includes(`- ${id}`))
    await writeFiles({ [file]: text.replace('# Changes\n', `# Changes\n- ${id}\n`) });
}

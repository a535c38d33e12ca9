// Checks the models of Baton's protocols (models/*.pml) with Spin: each holds in every state that it can reach, and each
// variant that its header names ("fails with: …") breaks, so that a model that checks nothing is found.
// Needs `spin` and `gcc`. `node tools/models.mjs GIVEN_UP=2` checks with more attempts that die: minutes and gigabytes.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = path.resolve(import.meta.dirname, '..', 'models');
const given = process.argv.slice(2);

/** All reachable states of a model: how many, and what is wrong in the first that is. */
const explore = async (file, defines) => {
  const dir = await mkdtemp(path.join(tmpdir(), 'baton-model-'));
  try {
    await run('spin', ['-a', ...defines.map((name) => `-D${name}`), file], { cwd: dir });
    // VECTORSZ: bytes of one state, of which there are 204 at most.
    await run('gcc', ['-O2', '-w', '-DSAFETY', '-DVECTORSZ=1024', '-o', 'pan', 'pan.c'], { cwd: dir });
    // Deeper than any run is: one that is cut short would prove nothing.
    const { stdout } = await run(path.join(dir, 'pan'), ['-m100000'], { cwd: dir, maxBuffer: 2 ** 24 });
    if (/max search depth too small|out of memory/.test(stdout)) throw new Error(`${file}: ${stdout}`);
    const errors = Number(/errors: (\d+)/.exec(stdout)?.[1]);
    const states = Number(/(\d+) states, stored/.exec(stdout)?.[1]);
    if (Number.isNaN(errors) || Number.isNaN(states)) throw new Error(`${file}: ${stdout}`);
    return { errors, states, what: /^pan:\d+: (.*)$/m.exec(stdout)?.[1] };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

let failed = 0;
for (const name of (await readdir(folder)).filter((each) => each.endsWith('.pml')).sort()) {
  const file = path.join(folder, name);
  const variants = /^ \* fails with: (.+)$/m.exec(await readFile(file, 'utf8'))?.[1]?.split(', ') ?? [];
  if (variants.length === 0) throw new Error(`${name} names no variant that fails: write "fails with: …"`);
  const good = await explore(file, given);
  if (good.errors > 0) failed += 1;
  process.stdout.write(
    `${name}: ${good.errors > 0 ? `BROKEN: ${good.what}` : `holds in ${good.states} states`}\n`,
  );
  for (const variant of variants) {
    const bad = await explore(file, [...given, variant]);
    if (bad.errors === 0) failed += 1;
    process.stdout.write(
      `  ${variant}: ${bad.errors === 0 ? 'HOLDS TOO' : `breaks, as it has to: ${bad.what}`}\n`,
    );
  }
}
process.exit(failed === 0 ? 0 : 1);

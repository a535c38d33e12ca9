// npm run bench:start-up [-- --runs N]: CPU seconds until a command of the built package says something.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { secondsIn } from './times.ts';

const BATON = 'dist/baton.cjs';
const COULD_NOT_RUN = 2;

/** Each of those that look for a server says that there is none: what the server needs is not the command's. */
const COMMANDS = [
  ['--version'],
  ['--help'],
  ['completion', 'bash'],
  ['status', 'nobody'],
  ['inbox'],
  ['report', 'nobody'],
  ['list'],
  ['diff', 'nobody'],
  ['start', '--help'],
];

async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { runs: { type: 'string', default: '10' } } });
  const runs = Number(values.runs);
  if (!existsSync(BATON) || !(runs > 0)) {
    console.error(`${BATON} has to be there (npm run build), and --runs to be a number`);
    return COULD_NOT_RUN;
  }
  const home = await mkdtemp(path.join(tmpdir(), 'baton-start-up-'));
  /** Mean CPU seconds of a run of Node with these arguments. The first run isn't measured: it fills the cache. */
  const cpuOf = async (args: readonly string[]): Promise<number> => {
    const script = 'n=$1; shift; i=0; while [ $i -lt $n ]; do "$@" >/dev/null 2>&1; i=$((i+1)); done; times';
    const command = [process.execPath, ...args];
    const run = (times: number) =>
      execa('bash', ['-c', script, 'bash', String(times), ...command], {
        env: { BATON_HOME: home, BATON_CACHE: home, TEMPORAL_ADDRESS: '' },
      });
    await run(1);
    return secondsIn((await run(runs)).stdout) / runs;
  };
  try {
    const bare = await cpuOf(['-e', '0']);
    console.log(`${runs} runs each. Node alone: ${bare.toFixed(3)} s of CPU\n`);
    console.log('| command | CPU s | times Node alone |\n|---|---|---|');
    for (const args of COMMANDS) {
      const cpu = await cpuOf([BATON, ...args]);
      console.log(`| \`baton ${args.join(' ')}\` | ${cpu.toFixed(3)} | ${(cpu / bare).toFixed(1)} |`);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));

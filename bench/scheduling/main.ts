// npm run bench:scheduling -- FOLDER [--seed N]: how near the scheduler comes to published makespans.
import { parseArgs } from 'node:util';
import { formatProblems } from '../../src/config/problem.ts';
import { readGraphs } from './read-folder.ts';
import { runGraphs } from './run.ts';
import { summarise, summaryLines } from './summary.ts';

const USAGE = `Usage: npm run bench:scheduling -- FOLDER [--seed N]
FOLDER holds graphs in the Standard Task Graph format (*.stg) and published-best.csv (graph,machines,makespan).`;

const COULD_NOT_RUN = 2;

async function main(argv: readonly string[]): Promise<number> {
  const asked = readArguments(argv);
  if (asked === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return COULD_NOT_RUN;
  }
  const { graphs, problems } = await readGraphs(asked.folder);
  if (problems.length > 0) {
    process.stderr.write(`${formatProblems(problems)}\n`);
    return COULD_NOT_RUN;
  }
  const summary = summarise(runGraphs(graphs, asked.seed), asked.seed);
  process.stdout.write(
    [
      `${summary.graphs} graphs; makespan / published best, so 1 is as good as the best known`,
      'exact: sizes known; estimates: sizes off by up to half; fifo: first in, first out, sizes known',
      '',
      ...summaryLines(summary),
      '',
      `${JSON.stringify(summary)}\n`,
    ].join('\n'),
  );
  return 0;
}

function readArguments(argv: readonly string[]): { folder: string; seed: number } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { seed: { type: 'string', default: '1' } },
      allowPositionals: true,
    });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0 || !/^\d{1,9}$/.test(values.seed)) return undefined;
    return { folder, seed: Number(values.seed) };
  } catch {
    return undefined;
  }
}

process.exitCode = await main(process.argv.slice(2));

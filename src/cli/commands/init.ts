import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { confirm, isCancel } from '@clack/prompts';
import type { Command } from 'commander';
import { CONFIG_FILE } from '../../config/parse-config.ts';
import type { Detected } from '../../detect/detect.ts';
import { forShell } from '../../detect/proposal.ts';
import type { ConfigParts, Tried } from '../../detect/write-config.ts';
import { counted } from '../../domain/plan-words.ts';
import { oneLine } from '../../domain/visible.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { placeOnPath } from '../../processes/on-path.ts';
import { type TriedOut, tryOut } from '../../work/try-out.ts';
import { workerSandbox } from '../../worker/worker-slots.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { refuseIfApart, refuseWithoutCheckout, toCommit } from '../init/checkout.ts';
import { agentsHere, proposedAgent } from '../init/crew.ts';
import { triedOf } from '../init/left-out.ts';
import { lookAt } from '../init/look.ts';
import { nextCommands } from '../init/next-commands.ts';
import {
  IGNORE_FILE,
  ignoreLines,
  type PlannedFiles,
  plannedConfig,
  writePlanned,
  writeSchema,
} from '../init/plan-files.ts';
import { homeOption } from '../options.ts';
import { canAsk, print, printJson, say, screenWidth, styleFor } from '../output.ts';
import { commandLines, foundLines, triedLines } from '../render/init.ts';
import { interruption, Shutdown } from '../shutdown.ts';

interface Flags {
  readonly base?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  /** False: set-up and checks aren't run. */
  readonly run: boolean;
  /** False: no schema is written beside the file. */
  readonly schema: boolean;
  readonly json?: boolean;
  readonly home?: string;
}

/** `baton init`: looks at a repository, tries its set-up and checks, and writes its `baton.yaml`. */
export const registerInit = (program: Command): void => {
  program
    .command('init')
    .description('look at a repository, try its set-up and checks, and write its baton.yaml')
    .argument('[folder]', "top folder of the repository, or a folder in it that is to be features' root", '.')
    .option('--base <branch>', "branch to look at (default: the repository's own)")
    .option('--dry-run', 'show what would be written; run nothing, write nothing')
    .option('--force', 'replace a baton.yaml that is there')
    .option('--yes', 'write without asking')
    .option('--no-run', "don't try set-up and tests")
    .option('--no-schema', "don't write the JSON Schema that editors check the file with")
    .option('--json', 'one JSON document: what was found, what it came to, what was written')
    .addOption(homeOption())
    .action(init);
};

async function init(folder: string, flags: Flags): Promise<void> {
  await refuseWithoutCheckout(folder);
  const { json = false, yes = false } = flags;
  // Without a person nobody could say no.
  const dryRun = flags.dryRun === true || (!yes && !canAsk());
  const looked = await lookAt(folder, flags.base);
  const { repo: top, base, folder: root } = looked;
  const checkout = path.join(top, root);
  await refuseToReplace(checkout, looked.configText !== undefined, flags.force === true);
  const detected = await withMissingPrograms(looked.detected);
  const where = { repo: top, folder: root, base };
  const names = [CONFIG_FILE, IGNORE_FILE, ...(flags.schema ? [SCHEMA_FILE] : [])];
  if (!dryRun) await refuseIfApart({ ...where, names });
  const agents = await agentsHere();
  const agent = proposedAgent(agents);
  const schema = flags.schema ? SCHEMA_FILE : undefined;
  const style = styleFor(process.stderr);
  if (!json) say(foundLines(detected, agents, { style, width: screenWidth() }).join('\n'));
  const untried = { detected, agent, ...(schema !== undefined && { schema }) };
  const canRun = flags.run && !dryRun && detected.checks.length > 0;
  const out = canRun ? await tried(flags, looked, untried) : undefined;
  const results = out === undefined ? undefined : triedOf(detected, out);
  const planned = plannedConfig({ ...untried, ...(results !== undefined && { tried: results }) }, root);
  const ignore = await ignoreLines(top, root, planned.config, detected.makes, out?.leftBehind);
  const files: PlannedFiles = { ...planned, ignore };
  if (out !== undefined && !json) say(['', ...triedLines(out, results ?? {}, style)].join('\n'));
  const written = dryRun ? [] : await write(checkout, files, { schema, yes, json });
  const commit = written.length === 0 ? undefined : await toCommit({ ...where, names: written });
  const next = await nextCommands({ checkout, base, named: flags.base, commit, home: homeOf(flags) });
  if (json)
    printJson({
      repo: top,
      ...(root !== '' && { root }),
      base,
      baseCommit: looked.baseCommit,
      detected,
      agents,
      tried: out ?? null,
      file: files.configText,
      ignore,
      written,
      next,
    });
  else if (dryRun) print(files.configText);
  if (!json && dryRun) say(endOfDryRun(files, flags.dryRun === true));
  if (!json && written.length > 0)
    say(
      [
        '',
        ...next.flatMap(({ why, command }) => [
          why,
          ...commandLines(command, { style, width: screenWidth() }),
        ]),
      ].join('\n'),
    );
  const wanting = wantingNotes(base, detected, out, results);
  if (wanting.length === 0) return;
  process.exitCode = EXIT.foundWanting;
  if (!json) say(`\n${wanting.map((note) => `${style.yellow('note')} ${note}`).join('\n')}`);
}

/** What a feature would find red on its base, and what would prove nothing there; of the checks that are in the file. */
function wantingNotes(
  base: string,
  detected: Detected,
  out: TriedOut | undefined,
  { leftOut }: Tried = {},
): string[] {
  const known = detected.checks.some(({ name }) => name === 'test');
  const inFile = (out?.checks ?? []).filter(({ name }) => leftOut?.has(name) !== true);
  const red = [
    ...(out?.setup?.passed === false ? ['the set-up fails'] : []),
    ...(known ? [] : ['checks.test is not known']),
    ...inFile.flatMap(({ name, passed }) =>
      passed || (name === 'test' && !known) ? [] : [`checks.${name} is red`],
    ),
  ];
  const idle = inFile.flatMap(({ name, passed, tests }) =>
    passed && tests !== null && tests.passing + tests.failing === 0 ? [`checks.${name}`] : [],
  );
  return [
    ...(red.length === 0
      ? []
      : [
          `${oneLine(red.join(', '))}: correct baton.yaml, or mend ${base}. A feature that starts meanwhile asks first.`,
        ]),
    ...(idle.length === 0
      ? []
      : [`no test was run by ${oneLine(idle.join(', '))}: correct baton.yaml, or add tests to ${base}.`]),
  ];
}

/** What was found, with a note for each program that is not on this machine. */
async function withMissingPrograms(detected: Detected): Promise<Detected> {
  const places = await Promise.all(detected.programs.map((program) => placeOnPath(program)));
  const missing = detected.programs.filter(
    (program, at) => !program.startsWith('./') && places[at] === undefined,
  );
  const notes = missing.map((program) => `${program} is not on PATH: install it where the worker runs.`);
  return { ...detected, notes: [...notes, ...detected.notes] };
}

const SCHEMA_FILE = '.baton/baton.schema.json';

async function refuseToReplace(checkout: string, inBase: boolean, force: boolean): Promise<void> {
  const found = await lstat(path.join(checkout, CONFIG_FILE)).catch(() => undefined);
  if (found?.isFile() === false)
    throw new CommandError(
      `${path.join(checkout, CONFIG_FILE)} is no regular file, so baton init doesn't write there: move it out of the way.`,
    );
  const there = inBase || found !== undefined;
  const named = checkout === process.cwd() ? '' : forShell(checkout);
  if (there && !force)
    throw new CommandError(
      `${path.join(checkout, CONFIG_FILE)} is there already${inBase ? '' : ', and not committed yet'}. Look what Baton makes of it: baton doctor${named && ` --repo ${named}`}. ` +
        `Replace it: baton init --force${named && ` ${named}`}.`,
    );
}

/** Tries it with what is known before anything ran. */
async function tried(
  flags: Flags,
  { repo, folder, base, baseCommit, users }: Awaited<ReturnType<typeof lookAt>>,
  parts: ConfigParts,
): Promise<TriedOut> {
  // As a feature would refuse to start.
  if (users.problem !== undefined) throw new CommandError(users.problem);
  const { config } = plannedConfig({ ...parts, tried: { installed: { paths: [] }, coverage: 0 } }, folder);
  const shutdown = new Shutdown();
  const { signal, dispose } = interruption(shutdown);
  try {
    return await tryOut({
      home: homeOf(flags),
      repo,
      base,
      baseCommit,
      config,
      content: users.content,
      sandbox: workerSandbox(process.env.BATON_WORKER_SANDBOX),
      signal,
      step: (what) => say(`Trying ${what} …`),
    });
  } catch (error) {
    if (signal.aborted)
      throw new CommandError(
        'Interrupted: nothing was written.',
        Number(process.exitCode) || EXIT.interrupted,
      );
    throw error;
  } finally {
    dispose();
  }
}

async function write(
  checkout: string,
  files: PlannedFiles,
  {
    schema,
    yes,
    json,
  }: { readonly schema: string | undefined; readonly yes: boolean; readonly json: boolean },
): Promise<string[]> {
  if (!yes) {
    if (!json) say(`\n${files.configText}`);
    const more =
      files.ignore.length === 0
        ? ''
        : ` and ${counted(files.ignore.length, 'line')} of .gitignore (${files.ignore.join(', ')})`;
    const answer = await confirm({ message: `Write this ${CONFIG_FILE}${more}?`, initialValue: true });
    if (isCancel(answer) || !answer) throw new CommandError('Nothing was written.', EXIT.interrupted);
  }
  const written = await writePlanned(checkout, files);
  if (schema !== undefined) written.push(...(await writeSchema(checkout, schema)));
  const lines = files.ignore.join(', ');
  const ignores = lines !== '' && written.includes(IGNORE_FILE) ? ` (${lines})` : '';
  say(`\nWrote ${written.join(', ')}${ignores}.`);
  if (lines !== '' && ignores === '')
    say(`${IGNORE_FILE} is no regular file, so it doesn't get what it lacks: ${lines}.`);
  return written;
}

const endOfDryRun = ({ ignore }: PlannedFiles, asked: boolean): string =>
  [
    '',
    ...(ignore.length > 0 ? [`.gitignore would get: ${ignore.join(', ')}`] : []),
    asked
      ? 'Nothing was run, nothing was written.'
      : 'Nothing was run, nothing was written: nobody can be asked here. With --yes it is tried and written.',
  ].join('\n');

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { CONFIG_FILE, parseConfig } from '../../config/parse-config.ts';
import { formatProblems } from '../../config/problem.ts';
import type { Listed } from '../../config/root.ts';
import { errorText } from '../../domain/error-text.ts';
import { counted } from '../../domain/plan-words.ts';
import { andAbove, fromRoot } from '../../domain/root.ts';
import { namesInLine } from '../../domain/visible.ts';
import { readIfRegular } from '../../files/regular-file.ts';
import { isLocal, normaliseOrigin } from '../../git/remote/origin.ts';
import { runGit, splitNul } from '../../git/run-git.ts';
import { uncommittedIn } from '../../git/uncommitted.ts';
import { gitText, repositoryOf, type UserRepository } from '../../git/user-repository.ts';
import { commitCommand } from '../commit-command.ts';
import { type FoundBase, findBaseWith, usableConfig, type WantedBase } from '../start/base-config.ts';
import { readListing } from '../start/base-modules.ts';
import { broken, type Finding, fine, toldBy, worthKnowing } from './finding.ts';

const GIT_FATAL = 128;
const MOST_NAMES = 5;

/** The repository and its base, and what of it Baton does not do as git does. */
export async function repositoryFindings(origin: string, wanted: WantedBase): Promise<Finding[]> {
  const about = { area: 'repository', what: 'base' } as const;
  const local = isLocal(origin)
    ? await repositoryOf(normaliseOrigin(origin)).catch(() => undefined)
    : undefined;
  const own = local === undefined ? [] : await checkoutFindings(local);
  try {
    const found = await findBaseWith(origin, wanted, async (git, commit) => {
      const { names, listing } = await readListing(git, commit);
      const attributes = await git(['show', `${commit}:.gitattributes`], { allow: [GIT_FATAL] });
      return {
        names,
        listing,
        attributes: attributes.exitCode === 0 ? attributes.stdout : '',
      };
    });
    return [
      fine(about, `${found.base} at ${found.baseCommit.slice(0, 12)}`),
      await configFinding(found, found.files.listing, local),
      ...contentFindings(found.files.names, found.files.attributes),
      ...own,
    ];
  } catch (error) {
    const refusal = toldBy(error);
    if (refusal === undefined) throw error;
    return [
      broken(about, refusal.replace(/\n.*$/s, ''), {
        why: 'a feature starts from a commit of it',
        todo: 'correct what it says; name another by --repo or --base',
      }),
      ...own,
    ];
  }
}

async function configFinding(
  { configText, configFile, folder, place, base, where }: FoundBase,
  listing: Listed,
  local: UserRepository | undefined,
): Promise<Finding> {
  const about = { area: 'repository', what: CONFIG_FILE } as const;
  const looked = configText === undefined ? andAbove(folder) : [place.folder ?? ''];
  const here = local?.bare === false ? await nearestIn(local.folder, looked) : undefined;
  const why = `Baton reads it from the base commit, so that no agent can change the rules that judge it`;
  const parsed = here && parseConfig(here.text, here.file, { ...place, folder: here.folder, listing });
  const wrong = parsed === undefined || parsed.ok ? [] : formatProblems(parsed.problems).split('\n');
  const also = (text: string) => [text, ...wrong].join('; ');
  const correct = wrong.length === 0 ? '' : 'correct it, and ';
  if (configText === undefined)
    return here === undefined || local === undefined
      ? broken(about, `there is none in ${where}`, {
          why: 'without it Baton knows neither tests nor crew',
          todo: 'make one: baton init',
        })
      : broken(about, also(`it is in the checkout, and not committed on ${base}`), {
          why,
          todo: `${correct}commit it: ${commitCommand(local.folder, here.file)}`,
        });
  try {
    usableConfig({ text: configText, file: configFile, place: { ...place, listing } }, base, where);
  } catch (error) {
    return broken(about, errorText(error).split('\n').slice(1, -1).join('; '), {
      why: 'a wrong file is refused at start',
      todo: `correct it and commit it on ${base}`,
    });
  }
  if (here !== undefined && here.text !== configText)
    return worthKnowing(about, also(`the one in the checkout differs from the one on ${base}`), {
      why,
      todo: `${correct}commit it on ${base}, if it is to count`,
    });
  return fine(about, `as it is on ${base}`);
}

/** The baton.yaml of a checkout in the first of these folders that has one. */
async function nearestIn(checkout: string, folders: readonly string[]) {
  for (const folder of folders) {
    const file = fromRoot(folder, CONFIG_FILE);
    const text = (await readIfRegular(path.join(checkout, file)))?.toString('utf8');
    if (text !== undefined) return { folder, file, text };
  }
  return undefined;
}

/** Why a feature would be refused at its start, though nothing else is wrong with the repository. */
export const startFinding = (message: string): Finding => {
  const [what = '', ...todo] = message.split('\n');
  return broken({ area: 'repository', what: 'start' }, what, {
    why: 'a feature would be refused at its start',
    todo: todo.join(' ') || 'correct what it says; name another folder or repository by --root or --repo',
  });
};

function contentFindings(names: readonly string[], attributes: string): Finding[] {
  const about = (what: string) => ({ area: 'repository', what }) as const;
  const findings: Finding[] = [];
  if (names.includes('.gitmodules'))
    findings.push(
      worthKnowing(about('submodules'), 'there are some', {
        why: 'their content is in every tree, and the worker has to be able to fetch it',
        todo: 'see docs/repositories.md; submodules: none leaves their folders empty',
      }),
    );
  if (/filter=lfs/.test(attributes))
    findings.push(
      worthKnowing(about('LFS'), 'Git LFS keeps files', {
        why: 'trees have the content only if your git is set up for it (git lfs install)',
        todo: 'see docs/repositories.md; baton start says which filters are run',
      }),
    );
  const managed = names.filter((name) =>
    /^(?:\.husky\/|\.pre-commit-config\.yaml$|lefthook\.ya?ml$)/.test(name),
  );
  if (managed.length > 0)
    findings.push(worthKnowing(about('hooks'), `${namesInLine(managed.slice(0, MOST_NAMES))}`, HOOKS));
  return findings;
}

const HOOKS = {
  why: 'Baton runs hooks only if baton.yaml says so, as the base commit has them',
  todo: 'say hooks: run, or name their folder there; hooks: none says that you know',
};

/** What is said of a checkout by its own settings. */
async function checkoutFindings(repo: UserRepository): Promise<Finding[]> {
  const about = (what: string) => ({ area: 'repository', what }) as const;
  const settings = await settingsOf(repo);
  const hooks = (await readdir(path.join(repo.common, 'hooks')).catch(() => [] as string[])).filter(
    (name) => !name.endsWith('.sample'),
  );
  const findings: Finding[] = [];
  if (hooks.length > 0 || settings.has('core.hookspath'))
    findings.push(
      worthKnowing(
        about('hooks'),
        hooks.length > 0
          ? namesInLine(hooks.slice(0, MOST_NAMES))
          : `core.hooksPath is ${settings.get('core.hookspath')}`,
        HOOKS,
      ),
    );
  const crlf = settings.get('core.autocrlf') ?? settings.get('core.eol');
  if (crlf !== undefined && /^(?:true|crlf)$/i.test(crlf))
    findings.push(
      worthKnowing(
        about('line endings'),
        `this checkout converts them (core.autocrlf or core.eol is ${crlf})`,
        {
          why: 'a feature converts as the git of the person who starts it does',
          todo: 'say in .gitattributes what every checkout is to have',
        },
      ),
    );
  const promisor =
    [...settings].some(([name, value]) => /^remote\..*\.promisor$/.test(name) && value !== 'false') ||
    settings.has('extensions.partialclone');
  if (promisor)
    findings.push(
      worthKnowing(about('partial clone'), 'objects of this clone are fetched when they are needed', {
        why: 'Baton fetches nothing that is missing',
        todo: 'fetch all: git fetch --refetch --no-filter; or start with --repo URL',
      }),
    );
  const format = settings.get('extensions.objectformat');
  findings.push(fine(about('object format'), format ?? 'sha1'));
  const dirty = await uncommittedIn(repo).catch(() => undefined);
  if (dirty !== undefined && dirty.length > 0)
    findings.push(
      worthKnowing(
        about('checkout'),
        `${counted(dirty.length, 'uncommitted file')}: ${namesInLine(dirty.slice(0, MOST_NAMES))}${dirty.length > MOST_NAMES ? ', …' : ''}`,
        {
          why: 'a feature starts from the commit, so it doesn’t see them',
          todo: 'commit what it is to build on',
        },
      ),
    );
  return findings;
}

/** The repository's own settings, their names in lower case. */
async function settingsOf({ common }: UserRepository): Promise<Map<string, string>> {
  const text = (await gitText(path.join(common, 'config')).catch(() => undefined)) ?? '';
  const { stdout, exitCode } = await runGit(['config', '--file', '-', '--no-includes', '-z', '--list'], {
    cwd: '/',
    input: text,
    allow: [1, GIT_FATAL],
  });
  if (exitCode !== 0) return new Map();
  return new Map(
    splitNul(stdout).map((entry) => {
      const [name = '', ...value] = entry.split('\n');
      return [name.toLowerCase(), value.join('\n')];
    }),
  );
}

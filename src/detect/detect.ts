import { goStack, javaStack, rustStack } from './compiled.ts';
import { below, foldersWith, type ProjectFiles } from './listing.ts';
import { nodeStack } from './node.ts';
import type { ProposedCheck, ProposedCoverage, ProposedStack } from './proposal.ts';
import { forShell } from './proposal.ts';
import { PYTHON_FILES, pythonStack } from './python.ts';
import { rubyStack } from './scripted.ts';
import { useful } from './useful.ts';

/** What a repository's files tell about building, testing and releasing it. */
export interface Detected {
  readonly stacks: readonly ProposedStack[];
  /** Commands of the set-up, as one line; undefined if nothing has to be installed. */
  readonly setup?: { readonly run: string; readonly network?: 'open' };
  /** Checks with names of their own; the first is `test`. Empty: no way to test was recognised. */
  readonly checks: readonly ProposedCheck[];
  readonly coverage?: ProposedCoverage;
  /** Lines of `.gitignore` for what set-up and checks make. */
  readonly makes: readonly string[];
  /** Paths that the set-up installs. */
  readonly installs: readonly string[];
  readonly programs: readonly string[];
  /** Folders and files that deploy, as globs for `protected`. */
  readonly deploys: readonly string[];
  readonly notes: readonly string[];
  /** A Compose file at the root; absent if there is none. */
  readonly compose?: string;
}

/** More are most often examples, and somebody has to choose. */
const MOST_STACKS = 6;

/** In the order in which Docker looks for them. */
const COMPOSE = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

type Look = (listing: ProjectFiles) => Omit<ProposedStack, 'folder'> | undefined;

const STACKS: readonly (readonly [files: readonly string[], look: Look])[] = [
  [['package.json'], nodeStack],
  [PYTHON_FILES, pythonStack],
  [['go.work', 'go.mod'], goStack],
  [['Cargo.toml'], rustStack],
  [['pom.xml', 'build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'], javaStack],
  [['Gemfile'], rubyStack],
];

/** Looks at the files of a repository. Pure: it reads nothing but the listing. */
export function detect(listing: ProjectFiles): Detected {
  const found = STACKS.flatMap(([files, look]) =>
    foldersWith(listing, files)
      .filter((folder) => !/(?:^|\/)(?:docs?|website|\.[^/]+)$/.test(folder) || folder === '')
      .flatMap((folder) => {
        const stack = look(below(listing, folder));
        return stack === undefined ? [] : [{ ...stack, folder }];
      }),
  );
  const ordered = [...found].sort((a, b) => Number(a.folder !== '') - Number(b.folder !== ''));
  const { all, notes } = useful(listing, ordered);
  const stacks = all.slice(0, MOST_STACKS);
  const compose = COMPOSE.find((name) => listing.files.includes(name));
  return {
    ...together(stacks),
    ...(compose !== undefined && { compose }),
    deploys: deploysOf(listing),
    notes: [...notesOf(stacks, all.length), ...notes],
  };
}

function together(stacks: readonly ProposedStack[]): Omit<Detected, 'deploys' | 'notes'> {
  const setup = stacks.flatMap(({ setup: commands, folder }) =>
    commands.length === 0
      ? []
      : [folder === '' ? commands.join(' && ') : `(${inFolder(folder, commands.join(' && '))})`],
  );
  const open = stacks.some(({ setupNetwork }) => setupNetwork === 'open');
  const first = stacks.find(({ coverage }) => coverage !== undefined);
  return {
    stacks,
    ...(setup.length > 0 && {
      setup: { run: setup.join(' && '), ...(open && { network: 'open' as const }) },
    }),
    checks: named(stacks),
    ...(first?.coverage !== undefined && { coverage: coverageIn(first.folder, first.coverage) }),
    makes: unique(
      stacks.flatMap(({ makes, folder }) =>
        makes.map((path) => (path.includes('__pycache__') ? path : placed(folder, path))),
      ),
    ),
    installs: unique(stacks.flatMap(({ installs, folder }) => installs.map((path) => placed(folder, path)))),
    programs: unique(stacks.flatMap(({ programs }) => programs)),
  };
}

const unique = (all: readonly string[]): string[] => [...new Set(all)];
const inFolder = (folder: string, command: string): string => `cd ${forShell(folder)} && ${command}`;
const placed = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);

const coverageIn = (folder: string, coverage: ProposedCoverage): ProposedCoverage =>
  folder === ''
    ? coverage
    : {
        ...coverage,
        run: inFolder(folder, coverage.run),
        ...(coverage.report !== undefined && { report: placed(folder, coverage.report) }),
      };

/** The checks of all stacks, moved into their folders; names tell them apart. */
function named(stacks: readonly ProposedStack[]): ProposedCheck[] {
  const taken = new Set<string>();
  return stacks.flatMap(({ kind, folder, checks }) =>
    checks.map((check) => {
      const own = folder === '' ? kind : slug(folder);
      const wanted = [check.name, `${check.name}-${own}`, `${check.name}-${own}-${kind}`];
      const name = wanted.find((each) => !taken.has(each)) ?? `${check.name}-${taken.size}`;
      taken.add(name);
      if (folder === '') return { ...check, name };
      const { only: _, ...rest } = check;
      return {
        ...rest,
        name,
        run: inFolder(folder, check.run),
        ...(check.report !== undefined && { report: placed(folder, check.report) }),
        ...(check.files !== undefined && { files: placed(folder, check.files) }),
      };
    }),
  );
}

const slug = (folder: string): string =>
  folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40) || 'part';

const DEPLOY_FOLDERS = [
  'deploy',
  'deployment',
  'ops',
  'k8s',
  'kubernetes',
  'helm',
  'charts',
  'terraform',
  'infra',
  'infrastructure',
  'ansible',
  'pulumi',
];
const DEPLOY_FILES = [
  'fly.toml',
  'vercel.json',
  'netlify.toml',
  'Procfile',
  'render.yaml',
  'app.yaml',
  'serverless.yml',
  'skaffold.yaml',
  'wrangler.toml',
];

function deploysOf({ files }: ProjectFiles): string[] {
  const folders = DEPLOY_FOLDERS.filter((name) => files.some((file) => file.startsWith(`${name}/`)));
  return [...folders.map((name) => `${name}/**`), ...DEPLOY_FILES.filter((name) => files.includes(name))];
}

function notesOf(stacks: readonly ProposedStack[], all: number): string[] {
  const of = ({ folder }: ProposedStack) => (folder === '' ? '' : `${folder}: `);
  return [
    ...stacks.flatMap((stack) => stack.notes.map((note) => `${of(stack)}${note}`)),
    ...(all > MOST_STACKS
      ? [
          `Only ${MOST_STACKS} of ${all} projects in this repository are in the file: add the others that matter.`,
        ]
      : []),
    ...(stacks.length === 0
      ? ['No way to test this repository was recognised: name the command in checks.test.']
      : []),
  ];
}

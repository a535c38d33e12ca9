import { goCovers, goStack, rustCovers, rustStack } from './compiled.ts';
import { JAVA_FILES, javaCovers, javaStack } from './java.ts';
import { depth, listedNames, type ProjectFiles } from './listing.ts';
import { nodeStack } from './node.ts';
import { nodeCovers } from './node-project.ts';
import { projectsOf, type StackKind } from './projects.ts';
import type { ProposedCheck, ProposedCoverage, ProposedStack } from './proposal.ts';
import { forShell } from './proposal.ts';
import { PYTHON_FILES, pythonStack } from './python.ts';
import { pythonCovers } from './python-covers.ts';
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

const STACKS: readonly StackKind[] = [
  { files: ['package.json'], look: nodeStack, covers: nodeCovers },
  { files: PYTHON_FILES, look: pythonStack, covers: pythonCovers },
  { files: ['go.work', 'go.mod'], look: goStack, covers: goCovers },
  { files: ['Cargo.toml'], look: rustStack, covers: rustCovers },
  { files: JAVA_FILES, look: javaStack, covers: javaCovers },
  { files: ['Gemfile'], look: rubyStack },
];

/** Looks at the files of a repository. Pure: it reads nothing but the listing. */
export function detect(listing: ProjectFiles): Detected {
  const found = STACKS.map((kind) => projectsOf(listing, kind));
  const ordered = found
    .flatMap(({ stacks }) => stacks)
    .sort((a, b) => Number(a.folder !== '') - Number(b.folder !== ''));
  const { all, notes } = useful(listing, ordered);
  const stacks = all.slice(0, MOST_STACKS);
  const left = found.flatMap((each) => each.left).sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  const compose = COMPOSE.find((name) => listing.files.includes(name));
  return {
    ...together(stacks),
    ...(compose !== undefined && { compose }),
    deploys: deploysOf(listing),
    notes: [...notesOf(stacks, all), ...notes, ...leftNotes(left)],
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

/** The checks of all stacks, moved into their folders; names tell them apart. Those of a root without tests are the last. */
function named(stacks: readonly ProposedStack[]): ProposedCheck[] {
  const taken = new Set<string>();
  const all = stacks.map(({ kind, folder, checks }) =>
    checks.map((check): ProposedCheck => {
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
  return [
    ...all.filter((_, at) => hasTest(stacks[at])).flat(),
    ...all.filter((_, at) => !hasTest(stacks[at])).flat(),
  ];
}

const hasTest = (stack: ProposedStack | undefined): boolean =>
  stack?.checks.some(({ name }) => name === 'test') === true;

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

function notesOf(stacks: readonly ProposedStack[], all: readonly ProposedStack[]): string[] {
  const of = ({ folder }: ProposedStack) => (folder === '' ? '' : `${folder}: `);
  const others = all.slice(stacks.length).map(({ folder, kind }) => (folder === '' ? kind : folder));
  return [
    ...stacks.flatMap((stack) => stack.notes.map((note) => `${of(stack)}${note}`)),
    ...(others.length > 0
      ? [
          `Only ${stacks.length} of ${all.length} projects in this repository are in the file, without ${listedNames(others)}: add those that matter.`,
        ]
      : []),
    ...(stacks.length === 0
      ? ['No way to test this repository was recognised: name the command in checks.test.']
      : []),
  ];
}

const leftNotes = (left: readonly string[]): string[] =>
  left.length === 0
    ? []
    : [`Left out, though they have tests: ${listedNames(left)}. Add a check for each that matters.`];

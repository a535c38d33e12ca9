import { has, hasAny, inSource, matching, type ProjectFiles } from './listing.ts';
import { execOf, installCommand, type NodeProject, nodeProject, runOf } from './node-project.ts';
import {
  execWords,
  NODE_RUNNERS,
  type NodeRunner,
  runnerAmong,
  type ScriptedRun,
  withReport,
} from './node-runners.ts';
import {
  besideBrowsers,
  isForBrowsers,
  isOfTests,
  mends,
  onlyChecksTypes,
  onlyTestsIn,
  scriptOf,
} from './node-scripts.ts';
import type { Around } from './projects.ts';
import { forShell, type ProposedCheck, type ProposedCoverage, type ProposedStack } from './proposal.ts';

/** A project of Node whose `package.json` is at the root of the listing. */
export function nodeStack(listing: ProjectFiles, around: Around): Omit<ProposedStack, 'folder'> {
  const project = nodeProject(listing);
  const { manager, members } = project;
  const tests = testsOf(listing, project, around);
  const others = [
    ...linters(listing, project),
    ...typeChecks(listing, project),
    ...formats(listing, project),
  ];
  const install = installCommand(project, around);
  const coverage = coverageOf(project, tests.runner);
  const words = [
    manager,
    ...(members.length > 0 ? [`workspaces (${members.length})`] : []),
    ...(['turbo', 'nx', 'lerna'] as const).filter((tool) => has(listing, `${tool}.json`)),
    ...(tests.runner === undefined ? [] : [tests.runner]),
    ...others.map(({ why }) => why.split(/[ ,]/)[0] ?? ''),
  ];
  return {
    kind: 'node',
    found: [...new Set(words)],
    setup: install === undefined ? [] : [install],
    checks: [tests.check, ...others],
    ofTests: [...(tests.runner === undefined ? [] : [tests.runner]), ...tests.notes],
    ...(coverage !== undefined && { coverage }),
    makes: [
      ...(install === undefined ? [] : ['node_modules/']),
      ...(coverage === undefined ? [] : ['coverage/']),
      ...(has(listing, 'turbo.json') ? ['.turbo/'] : []),
      ...(tests.runner === 'playwright' ? ['test-results/', 'playwright-report/'] : []),
    ],
    installs: install === undefined ? [] : ['node_modules'],
    programs: ['node', manager.replace(' berry', '')],
    notes: [
      ...tests.notes,
      ...(install !== undefined && !project.locked
        ? ['No lock file is tracked, so every set-up may install other versions: commit one.']
        : []),
      ...(hasAmong(project, 'cypress') && !(tests.check.browser === true && tests.runner === undefined)
        ? ['Cypress is left out: its browser is not in the sandbox. Add it as a check if it is.']
        : []),
      ...(tests.runner !== 'playwright' && hasAmong(project, '@playwright/test')
        ? [
            'Playwright is left out: it needs browsers. Add it as a check, such as `e2e`, if the worker has them.',
          ]
        : []),
    ],
  };
}

const hasAmong = ({ root, members }: NodeProject, name: string): boolean =>
  [root, ...members].some(({ needs }) => needs.has(name));

interface Tests {
  readonly check: ProposedCheck;
  readonly runner?: NodeRunner;
  readonly notes: readonly string[];
}

function testsOf(listing: ProjectFiles, project: NodeProject, { nested, isAbove }: Around): Tests {
  const { manager, root, members } = project;
  const exec = execOf(manager);
  const whole = scriptOf(root);
  const script = whole === undefined ? undefined : besideBrowsers(root, whole);
  const files = testFiles(listing);
  // Those have checks of their own, with their reports.
  if (nested.length > 0 && script !== undefined && onlyTestsIn(root, script, nested))
    return {
      check: { name: 'test', run: `${runOf(manager)} test`, why: 'scripts.test', guessed: true },
      notes: [],
    };
  const own = script === undefined ? undefined : withReport(script, exec);
  if (own !== undefined) return tests(own, `${own.runner}, from scripts.test of package.json`, files);
  const inMembers = members.length > 0 ? memberTests(project) : undefined;
  if (inMembers !== undefined)
    return { ...inMembers, check: { ...inMembers.check, ...(files && { files }) } };
  // A script of a part may say nothing but that it isn't tested.
  const isScripted =
    script !== undefined && (!isAbove('package.json') || isOfTests(root, script, listing.files));
  const runner = runnerAmong(root.needs) ?? (manager === 'bun' ? 'bun test' : undefined);
  // A script that does more than start its runner is what people run; a report is worth more than the rest of it.
  const isBetter = script === undefined || !(runner === 'playwright' || /^(?:turbo|nx|lerna)\b/.test(script));
  if (runner !== undefined && isBetter) {
    const plain = withReport(NODE_RUNNERS[runner].words, exec);
    const note =
      script === undefined
        ? []
        : [
            `scripts.test of package.json is \`${script}\`; the check starts ${runner} alone, for its report.`,
          ];
    if (plain !== undefined) {
      const found = tests(plain, `${runner}, a dependency of package.json`, files);
      const isUsed = files !== undefined || isScripted;
      return { ...found, check: { ...found.check, ...(!isUsed && { guessed: true }) }, notes: note };
    }
  }
  if (script !== undefined)
    return {
      check: {
        name: 'test',
        run: `${runOf(manager)} test`,
        ...(files && { files }),
        why: 'scripts.test of package.json',
        ...(isForBrowsers(root, script) && { browser: true }),
        ...(!isScripted && { guessed: true }),
      },
      notes: [
        'The tests write no report that Baton can read, so no criterion can name a test: see docs/evidence.md.',
      ],
    };
  const plain = withReport(NODE_RUNNERS['node:test'].words, exec);
  const check = { name: 'test', run: plain?.run ?? 'node --test', report: NODE_RUNNERS['node:test'].report };
  const none =
    files === undefined
      ? ['There are no tests yet: `node --test` finds those that are written as *.test.js.']
      : [];
  return {
    check: {
      ...check,
      ...(files && { files }),
      why: "Node's own runner: package.json names none",
      guessed: true,
    },
    runner: 'node:test',
    notes: none,
  };
}

const tests = ({ runner, run, only }: ScriptedRun, why: string, files: string | undefined): Tests => ({
  check: {
    name: 'test',
    run,
    report: NODE_RUNNERS[runner].report,
    ...(files !== undefined && { files }),
    ...(only !== undefined && { only }),
    why,
    ...(runner === 'playwright' && { browser: true }),
  },
  runner,
  notes: [],
});

/**
 * The members with one runner, each in its own folder: reports then lie beside each other. Those that need a browser are
 * left out if there are others.
 */
function memberTests({ manager, members }: NodeProject): Tests | undefined {
  const exec = execOf(manager);
  const all = members.flatMap((member) => {
    const script = scriptOf(member);
    if (script === undefined) return [];
    const run = withReport(besideBrowsers(member, script), exec);
    return [{ folder: member.folder, run, browser: isForBrowsers(member, script) }];
  });
  const others = all.filter(({ browser }) => !browser);
  const found = others.length > 0 ? others : all;
  if (found.length === 0) return undefined;
  const silent = found.filter(({ run }) => run === undefined).map(({ folder }) => folder);
  const runs = found.map(({ folder, run }) => ({
    folder,
    run: run?.run ?? `${runOf(manager)} test`,
    report: run && NODE_RUNNERS[run.runner].report,
  }));
  const commands = [...new Set(runs.map(({ run }) => run))];
  const each = commands.map((command) => {
    const folders = runs.filter(({ run }) => run === command).map(({ folder }) => forShell(folder));
    return `for part in ${folders.join(' ')}; do (cd "$part" && ${command}) || failed=1; done`;
  });
  const reports = runs.flatMap(({ folder, report }) => (report === undefined ? [] : [`${folder}/${report}`]));
  const runner = found.find(({ run }) => run !== undefined)?.run?.runner;
  return {
    check: {
      name: 'test',
      run: `failed=0; ${each.join('; ')}; exit $failed`,
      ...(reports.length > 0 && { report: reports.length === 1 ? reports[0] : `{${reports.join(',')}}` }),
      why: `${runner ?? 'scripts.test'}, in ${found.length} of the workspace's packages`,
      ...(others.length === 0 && { browser: true }),
    },
    ...(runner !== undefined && { runner }),
    notes:
      silent.length > 0
        ? [
            `The tests of ${silent.join(', ')} write no report that Baton can read, so no criterion can name one of them.`,
          ]
        : [],
  } as Tests;
}

/** A glob of the test files that there are. */
function testFiles({ files }: ProjectFiles): string | undefined {
  const ending = /\.(?:test|spec)\.([cm]?[jt]sx?)$/;
  // Below `src` a folder is a part of the program, whatever it is called.
  const own = [...matching(files, '**/*'), ...inSource(files, '{src,lib,app}/**')];
  const named = own.filter((file) => ending.test(file));
  const kinds = [...new Set(named.map((file) => (/\.spec\./.test(file) ? 'spec' : 'test')))].sort();
  const endings = [...new Set(named.map((file) => ending.exec(file)?.[1] ?? ''))].sort();
  const oneOf = (words: readonly string[]) => (words.length === 1 ? words[0] : `{${words.join(',')}}`);
  if (named.length > 0) return `**/*.${oneOf(kinds)}.${oneOf(endings)}`;
  const folder = ['test', 'tests', '__tests__'].find((name) =>
    files.some((file) => file.startsWith(`${name}/`) && /\.[cm]?[jt]sx?$/.test(file)),
  );
  return folder === undefined ? undefined : `${folder}/**`;
}

function scripted(project: NodeProject, name: string, scripts: readonly string[]): ProposedCheck[] {
  const found = scripts.find((each) => project.root.scripts[each] !== undefined);
  if (found === undefined) return [];
  const script = project.root.scripts[found] ?? '';
  // A script that mends what it finds would show the user's work as changed.
  if (mends(project.root, script)) return [];
  return [
    {
      name,
      run: `${runOf(project.manager)} ${found}`,
      why: `${toolOf(script)}, from scripts.${found} of package.json`,
    },
  ];
}

const toolOf = (script: string): string =>
  /\b(eslint|biome|oxlint|standard|xo|next lint|tsc|vue-tsc|svelte-check|prettier|turbo|nx)\b/.exec(
    script,
  )?.[1] ??
  script.split(' ')[0] ??
  '';

function linters(listing: ProjectFiles, project: NodeProject): ProposedCheck[] {
  const own = scripted(project, 'lint', ['lint', 'lint:check', 'eslint']);
  if (own.length > 0) return own;
  const exec = execOf(project.manager);
  const guess = (run: string, tool: string): ProposedCheck[] => [
    {
      name: 'lint',
      run: execWords(run, exec),
      why: `${tool}, a dependency with a configuration`,
      guessed: true,
    },
  ];
  const { needs } = project.root;
  if (needs.has('@biomejs/biome') && hasAny(listing, 'biome.json*')) return guess('biome check .', 'biome');
  if (needs.has('eslint') && hasAny(listing, '{eslint.config.*,.eslintrc*}'))
    return guess('eslint .', 'eslint');
  if (needs.has('oxlint')) return guess('oxlint', 'oxlint');
  return [];
}

function typeChecks(listing: ProjectFiles, project: NodeProject): ProposedCheck[] {
  const { check } = project.root.scripts;
  // Projects of other kinds call all that they check so.
  const more = check !== undefined && onlyChecksTypes(project.root, check) ? ['check'] : [];
  const own = scripted(project, 'types', ['typecheck', 'type-check', 'check-types', 'types', 'tsc', ...more]);
  if (own.length > 0) return own;
  const text = listing.text('tsconfig.json');
  if (text === undefined || !project.root.needs.has('typescript')) return [];
  const isSolution = /"references"\s*:/.test(text);
  const run = execWords(isSolution ? 'tsc -b' : 'tsc --noEmit', execOf(project.manager));
  return [{ name: 'types', run, why: 'tsc, for tsconfig.json', guessed: true }];
}

const formats = (_: ProjectFiles, project: NodeProject): ProposedCheck[] =>
  scripted(project, 'format', [
    'format:check',
    'format-check',
    'check-format',
    'check:format',
    'prettier:check',
    'fmt:check',
  ]);

function coverageOf(
  { manager, root }: NodeProject,
  runner: NodeRunner | undefined,
): ProposedCoverage | undefined {
  const exec = execOf(manager);
  const report = 'coverage/coverage-summary.json';
  if (
    runner === 'vitest' &&
    (root.needs.has('@vitest/coverage-v8') || root.needs.has('@vitest/coverage-istanbul'))
  )
    return {
      run: `${exec} vitest run --coverage --coverage.reporter=json-summary`,
      report,
      metric: 'total.lines.pct',
      why: 'the coverage of vitest',
    };
  if (runner === 'jest')
    return {
      run: `${exec} jest --ci --coverage --coverageReporters=json-summary`,
      report,
      metric: 'total.lines.pct',
      why: 'the coverage of jest',
    };
  return undefined;
}

/** Linters, formatters, type checkers and compilers: what they are pointed at is measured, and doesn't measure. */
import { ownOf } from './paths.ts';
import { INTERPRETER_VALUES, type Program, plainName, programName } from './program.ts';

/** How a command's words are to be read. */
interface Checker {
  /** Index of the first of its own arguments among those of the program. */
  readonly from: number;
  readonly tool: string;
  /** The file that an interpreter would start is only looked at: `node --check x.js`. */
  readonly startsNothing: boolean;
}

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

const CHECKERS = set(
  `ruff mypy black isort flake8 pylint pyright basedpyright bandit pycodestyle pydocstyle pyflakes autopep8
   eslint prettier biome oxlint oxfmt stylelint standard xo tsc vue-tsc tsgo
   markdownlint markdownlint-cli markdownlint-cli2 shellcheck shfmt hadolint yamllint actionlint
   gofmt gofumpt goimports golangci-lint staticcheck rustfmt rustc clippy-driver rubocop phpstan phpcs php-cs-fixer
   javac gcc g++ cc c++ clang clang++ clang-format clang-tidy`,
);
/** Modules of Python that only compile. */
const MODULES = set('py_compile compileall');
/** Parts of larger tools that check. */
const SUBCOMMANDS: Readonly<Record<string, ReadonlySet<string>>> = {
  cargo: set('clippy fmt check'),
  go: set('vet fmt'),
  deno: set('lint fmt check'),
};

/** Options whose value, the next word, sets a tool up. Others are mostly switches, with a measured file behind them. */
const VALUES = set(
  `--config --config-file --config-path --configfile --configuration --append-config --rcfile --project --tsconfig
   -project --settings --settings-file --settings-path --sp --ini --ignore-path --ignore-file --rulesdir --rules
   --plugin --plugins --load-plugins --parser --require --format --formatter --custom-formatter --custom-syntax
   --reporter --baseline --suppressions-location --autoload-file --standard --bootstrap --import --loader
   --experimental-loader --import-map --env-file`,
);
/** Short ones mean something else in every tool: `prettier -c` is a switch. */
const SHORT_VALUES: Readonly<Record<string, ReadonlySet<string>>> = {
  '-c': set(
    `eslint stylelint markdownlint markdownlint-cli yamllint hadolint golangci-lint rubocop phpstan bandit oxlint
     oxfmt php deno`,
  ),
  '-p': set('tsc vue-tsc tsgo pyright basedpyright markdownlint markdownlint-cli'),
  '-r': set('markdownlint markdownlint-cli rubocop node ruby'),
  '-f': set('eslint rubocop'),
  '-i': set('stylelint'),
  '-a': set('phpstan'),
  '-b': set('bandit'),
};

/** The checker that a program is or starts. */
export function checkerOf(program: Program): Checker | undefined {
  const { args } = program;
  const name = plainName(program.name);
  const from = (at: number, tool: string): Checker => ({ from: at, tool, startsNothing: false });
  if (CHECKERS.has(name)) return from(0, name);
  if (onlyReads(name, args)) return { from: 0, tool: name, startsNothing: true };
  const first = firstWord(args);
  const word = args[first] ?? '';
  if (ownOf(SUBCOMMANDS, name)?.has(word)) return from(first + 1, name);
  if (/^(?:python|pypy)/.test(name)) {
    const module = args.indexOf('-m');
    const tool = args[module + 1] ?? '';
    const isFirst = module !== -1 && firstWord(args.slice(0, module)) === module;
    return isFirst && (CHECKERS.has(tool) || MODULES.has(tool)) ? from(module + 2, tool) : undefined;
  }
  if (/^(?:npm|pnpm|yarn|bun)$/.test(name)) {
    const at = /^run(?:-script)?$/.test(word) ? first + 1 + firstWord(args.slice(first + 1)) : first;
    const tool = plainName(args[at] ?? '');
    return CHECKERS.has(tool) ? from(at + 1, tool) : undefined;
  }
  // `node node_modules/.bin/eslint`, `php vendor/bin/phpstan`
  const tool = plainName(programName(word).replace(/\.[cm]?js$|\.phar$/, ''));
  const installed =
    /^(?:node|nodejs|bun|tsx|php)$/.test(name) && /(?:^|\/)(?:node_modules|vendor)\//.test(word);
  return installed && CHECKERS.has(tool) ? from(first + 1, tool) : undefined;
}

/** A command's words without those that name what a checker looks at. */
export function withoutMeasured(
  words: readonly string[],
  program: Program,
  { from, tool }: Checker,
): readonly string[] {
  const start = program.at + 1 + from;
  const own = words.slice(start);
  // The arguments of `tsc --build` are projects.
  if (/^(?:vue-)?tsc$|^tsgo$/.test(tool) && own.some((word) => /^--?b(?:uild)?$/i.test(word))) return words;
  return [
    ...words.slice(0, start),
    // A file behind an `@` holds options.
    ...own.filter((word, at) => /^[-@]./.test(word) || takesValue(tool, own[at - 1] ?? '')),
  ];
}

const takesValue = (tool: string, option: string): boolean =>
  VALUES.has(option) || ownOf(SHORT_VALUES, option)?.has(tool) === true;

/** Switches by which an interpreter reads a file without running it. */
const READ_ONLY: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:node|nodejs)$/, /^(?:-c|--check)$/],
  [/^php$/, /^(?:-l|--syntax-check)$/],
  [/^(?:ruby|perl)$/, /^-w?cw?$/],
  [/^(?:bash|sh|zsh|dash|ksh|ash)$/, /^-[a-z]*n[a-z]*$/],
];

function onlyReads(name: string, args: readonly string[]): boolean {
  const flag = READ_ONLY.find(([interpreter]) => interpreter.test(name))?.[1];
  if (flag === undefined) return false;
  // Behind the file, and behind a command in `-c`, options are the script's own.
  const end = args.findIndex((word) => /^-[a-z]*c$/.test(word) && !flag.test(word) && name !== 'php');
  const before = end === -1 ? args : args.slice(0, end);
  return before.slice(0, firstWord(before, INTERPRETER_VALUES, flag)).some((word) => flag.test(word));
}

/** Index of the first word that is no option and no option's value; the length if there is none. */
function firstWord(
  args: readonly string[],
  values: ReadonlySet<string> = INTERPRETER_VALUES,
  flag = /^$/,
): number {
  let at = 0;
  while (at < args.length) {
    const word = args[at] ?? '';
    if (values.has(word) && !flag.test(word)) at += 2;
    else if (/^[-+]/.test(word)) at += 1;
    else return at;
  }
  return args.length;
}

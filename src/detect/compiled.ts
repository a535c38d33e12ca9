/** Go and Rust: stacks whose own tool installs, builds and tests. */
import { posix } from 'node:path';
import {
  has,
  hasAny,
  inSource,
  isBelow,
  matching,
  type ProjectFiles,
  sectionIn,
  tomlTexts,
} from './listing.ts';
import type { Around, Covers } from './projects.ts';
import { forShell, intoFile, type ProposedCheck, type ProposedStack } from './proposal.ts';

type Stack = Omit<ProposedStack, 'folder'>;

const FORMAT: ProposedCheck = {
  name: 'format',
  run: 'test -z "$(gofmt -l . | tee /dev/stderr)"',
  why: 'gofmt',
  guessed: true,
};

/** A module of Go, or a workspace of several, at the root of the listing. */
export function goStack(listing: ProjectFiles, around: Around): Stack {
  const work = listing.text('go.work');
  const modules = work === undefined ? [] : usesOf(work);
  const all =
    modules.length > 0
      ? modules.map((folder) => forShell(folder === '' ? './...' : `./${folder}/...`)).join(' ')
      : './...';
  // Else Go says of a module that the workspace above it doesn't name that it is none of the workspace's.
  const env = work === undefined && around.isAbove('go.work') ? 'GOWORK=off ' : '';
  // gofmt goes by folders, whatever module they are of.
  const isCovered = around.isAbove('go.mod') || around.isAbove('go.work');
  const report = 'test-results.json';
  const guessed = goTests(listing, modules).length > 0 ? {} : { guessed: true };
  const locked = hasAny(listing, '{,**/}go.sum');
  const lint: ProposedCheck[] = hasAny(listing, '.golangci.*')
    ? [
        {
          name: 'lint',
          run: `${env}golangci-lint run${modules.length > 0 ? ` ${all}` : ''}`,
          why: 'golangci-lint, for its configuration',
          guessed: true,
        },
      ]
    : [{ name: 'lint', run: `${env}go vet ${all}`, why: 'go vet', guessed: true }];
  return {
    kind: 'go',
    found: [
      'go',
      ...(modules.length > 0 ? [`workspace (${modules.length})`] : []),
      'go test',
      ...lint.map(({ why }) => why.split(',')[0] ?? ''),
    ],
    setup: locked ? [`${env}go mod download`] : [],
    checks: [
      {
        name: 'test',
        run: intoFile(`${env}go test -json ${all}`, report),
        report,
        files: '**/*_test.go',
        why: 'go test',
        ...guessed,
      },
      ...lint,
      ...(isCovered ? [] : [FORMAT]),
    ],
    coverage: {
      run: `${env}go test -coverprofile=coverage.out ${all} > /dev/null && ${env}go tool cover -func=coverage.out | awk '/^total:/ { sub("%", "", $3); print "{\\"lines\\": " $3 "}" }'`,
      metric: 'lines',
      why: 'the coverage of go test',
    },
    makes: ['coverage.out'],
    installs: [],
    programs: ['go', ...(lint[0]?.run.includes('golangci') ? ['golangci-lint'] : [])],
    notes: [],
    ofTests: ['go test'],
  };
}

/** Tests of a module, or of a workspace's; those of other modules aren't run. */
function goTests({ files }: ProjectFiles, modules: readonly string[]): string[] {
  const others = files
    .filter((file) => file.endsWith('/go.mod'))
    .map((file) => file.slice(0, -'/go.mod'.length))
    .filter((folder) => !modules.includes(folder));
  return inSource(files, '**/*_test.go').filter((file) => !others.some((folder) => isBelow(file, folder)));
}

/** What a workspace of Go has: the modules that its `go.work` names. */
export function goCovers(listing: ProjectFiles): Covers {
  const used = new Set(usesOf(listing.text('go.work') ?? ''));
  return (folder) => used.has(folder);
}

/** The folders that a `go.work` uses; `''` is its own. Those outside of it are no part of the repository. */
function usesOf(text: string): string[] {
  const inBlock = [...text.matchAll(/^use\s*\(([^)]*)/gm)].flatMap(([, block = '']) => block.split('\n'));
  const alone = [...text.matchAll(/^use\s+([^\s(].*)$/gm)].map(([, folder = '']) => folder);
  const folders = [...alone, ...inBlock]
    .map((line) => /^\s*(?:"([^"]+)"|`([^`]+)`|([^\s"`/][^\s]*))/.exec(line))
    .flatMap((found) => found?.[1] ?? found?.[2] ?? found?.[3] ?? [])
    .map((folder) => posix.normalize(folder).replace(/\/$/, ''));
  const inside = folders.filter((folder) => !/^(?:\.\.(?:\/|$)|\/)/.test(folder));
  return [...new Set(inside)].map((folder) => (folder === '.' ? '' : folder));
}

const WORKSPACE = /^\[workspace\b/m;

/** A crate of Rust, or a workspace of them, at the root of the listing. */
export function rustStack(listing: ProjectFiles): Stack {
  const manifest = listing.text('Cargo.toml') ?? '';
  const workspace = WORKSPACE.test(manifest);
  const nextest = listing.text('.config/nextest.toml');
  const profile =
    /^\[profile\.([A-Za-z0-9_-]+)\.junit\][ \t]*\r?\n(?:[^[]*\n)?[ \t]*path\s*=\s*"([^"\n]+)"/m.exec(
      nextest ?? '',
    );
  const all = workspace ? ' --workspace' : '';
  // Tests stand in the code too, which isn't read.
  const code = inSource(listing.files, '**/*.rs').filter(
    (file) => !/(?:^|\/)(?:build\.rs$|fuzz_targets\/)/.test(file),
  );
  const guessed = code.length > 0 ? {} : { guessed: true };
  const locked = has(listing, 'Cargo.lock') ? ' --locked' : '';
  const test: ProposedCheck =
    profile === null
      ? {
          name: 'test',
          run: intoFile(`cargo test${all} --no-fail-fast`, 'test-results.txt', 'both'),
          report: 'test-results.txt',
          files: 'tests/**/*.rs',
          why: 'cargo test',
          ...guessed,
        }
      : {
          name: 'test',
          run: `cargo nextest run${all} --profile ${profile[1]} --no-fail-fast`,
          report: `target/nextest/${profile[1]}/${profile[2]}`,
          files: 'tests/**/*.rs',
          why: 'cargo-nextest, for .config/nextest.toml',
          ...guessed,
        };
  return {
    kind: 'rust',
    found: [
      'cargo',
      ...(workspace ? [`workspace (${matching(listing.files, '*/**/Cargo.toml').length})`] : []),
      profile === null ? 'cargo test' : 'nextest',
      'clippy',
      'rustfmt',
    ],
    setup: [`cargo fetch${locked}`],
    checks: [
      test,
      { name: 'lint', run: `cargo clippy${all} --all-targets -- -D warnings`, why: 'clippy', guessed: true },
      { name: 'format', run: 'cargo fmt --all --check', why: 'rustfmt', guessed: true },
    ],
    makes: ['target/'],
    installs: [],
    programs: ['cargo', ...(profile === null ? [] : ['cargo-nextest'])],
    notes: [
      ...(locked === '' ? ['Cargo.lock is not tracked, so every set-up may build with other versions.'] : []),
      ...(nextest !== undefined && profile === null
        ? ['.config/nextest.toml names no JUnit report, so `cargo test` is used: its output is read.']
        : []),
    ],
  };
}

/**
 * What a workspace of Rust has: all crates below it but those that it excludes, or that are workspaces of their own. Cargo
 * refuses others that it doesn't name.
 */
export function rustCovers(listing: ProjectFiles): Covers {
  const manifest = listing.text('Cargo.toml') ?? '';
  const excluded = tomlTexts(sectionIn(manifest, 'workspace') ?? '', 'exclude').map((folder) =>
    posix.normalize(folder).replace(/\/$/, ''),
  );
  return (folder) =>
    WORKSPACE.test(manifest) &&
    !excluded.some((each) => each === folder || isBelow(folder, each)) &&
    !WORKSPACE.test(listing.text(`${folder}/Cargo.toml`) ?? '');
}

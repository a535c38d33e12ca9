/** Go, Rust and Java: stacks whose own tool installs, builds and tests. */
import { posix } from 'node:path';
import { has, hasAny, matching, type ProjectFiles } from './listing.ts';
import { forShell, intoFile, type ProposedCheck, type ProposedStack } from './proposal.ts';

type Stack = Omit<ProposedStack, 'folder'>;

/** A module of Go, or a workspace of several, at the root of the listing. */
export function goStack(listing: ProjectFiles): Stack {
  const work = listing.text('go.work');
  const modules = work === undefined ? [] : usesOf(work);
  const all =
    modules.length > 0
      ? modules.map((folder) => forShell(folder === '' ? './...' : `./${folder}/...`)).join(' ')
      : './...';
  const report = 'test-results.json';
  const guessed = hasAny(listing, '**/*_test.go') ? {} : { guessed: true };
  const locked = hasAny(listing, '{,**/}go.sum');
  const lint: ProposedCheck[] = hasAny(listing, '.golangci.*')
    ? [
        {
          name: 'lint',
          run: `golangci-lint run${modules.length > 0 ? ` ${all}` : ''}`,
          why: 'golangci-lint, for its configuration',
          guessed: true,
        },
      ]
    : [{ name: 'lint', run: `go vet ${all}`, why: 'go vet', guessed: true }];
  return {
    kind: 'go',
    found: [
      'go',
      ...(modules.length > 0 ? [`workspace (${modules.length})`] : []),
      'go test',
      ...lint.map(({ why }) => why.split(',')[0] ?? ''),
    ],
    setup: locked ? ['go mod download'] : [],
    checks: [
      {
        name: 'test',
        run: intoFile(`go test -json ${all}`, report),
        report,
        files: '**/*_test.go',
        why: 'go test',
        ...guessed,
      },
      ...lint,
      { name: 'format', run: 'test -z "$(gofmt -l . | tee /dev/stderr)"', why: 'gofmt', guessed: true },
    ],
    coverage: {
      run: `go test -coverprofile=coverage.out ${all} > /dev/null && go tool cover -func=coverage.out | awk '/^total:/ { sub("%", "", $3); print "{\\"lines\\": " $3 "}" }'`,
      metric: 'lines',
      why: 'the coverage of go test',
    },
    makes: ['coverage.out'],
    installs: [],
    programs: ['go', ...(lint[0]?.run.startsWith('golangci') ? ['golangci-lint'] : [])],
    notes: [],
    ofTests: ['go test'],
  };
}

/** The folders that a `go.work` uses; `''` is its own. Those outside of it are no part of the repository. */
function usesOf(text: string): string[] {
  const inBlock = [...text.matchAll(/^use\s*\(([^)]*)\)/gm)].flatMap(([, block = '']) => block.split('\n'));
  const alone = [...text.matchAll(/^use\s+([^\s(].*)$/gm)].map(([, folder = '']) => folder);
  const folders = [...alone, ...inBlock]
    .map((line) => /^\s*(?:"([^"]+)"|`([^`]+)`|([^\s"`/][^\s]*))/.exec(line))
    .flatMap((found) => found?.[1] ?? found?.[2] ?? found?.[3] ?? [])
    .map((folder) => posix.normalize(folder).replace(/\/$/, ''));
  const inside = folders.filter((folder) => !/^(?:\.\.(?:\/|$)|\/)/.test(folder));
  return [...new Set(inside)].map((folder) => (folder === '.' ? '' : folder));
}

/** A crate of Rust, or a workspace of them, at the root of the listing. */
export function rustStack(listing: ProjectFiles): Stack {
  const manifest = listing.text('Cargo.toml') ?? '';
  const workspace = /^\[workspace\b/m.test(manifest);
  const nextest = listing.text('.config/nextest.toml');
  const profile = /^\[profile\.([A-Za-z0-9_-]+)\.junit\]\s*\n(?:[^[]*\n)?\s*path\s*=\s*"([^"]+)"/m.exec(
    nextest ?? '',
  );
  const all = workspace ? ' --workspace' : '';
  // Tests stand in the code too, which isn't read.
  const code = matching(listing.files, '**/*.rs').filter(
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

/** Settings by which tests are somewhere else than by custom. */
const JAVA_TESTS = /<testSourceDirectory>|\bsrcDirs?\b[^\n]*test/i;
/** `commonTest` and its like are Kotlin's. Those of `androidTest` need a device, and no task `test` runs them. */
const javaTests = ({ files }: ProjectFiles): string[] =>
  matching(files, '**/src/{test,*Test}/**').filter((file) => !file.includes('/androidTest/'));

/** A project of Maven or Gradle at the root of the listing. */
export function javaStack(listing: ProjectFiles): Stack {
  const isMaven = has(listing, 'pom.xml');
  const files = hasAny(listing, '**/src/test/**') ? '**/src/test/**' : undefined;
  const build = ['pom.xml', 'build.gradle', 'build.gradle.kts']
    .map((name) => listing.text(name) ?? '')
    .join('\n');
  const guessed = JAVA_TESTS.test(build) || javaTests(listing).length > 0 ? {} : { guessed: true };
  const wrapper = has(listing, isMaven ? 'mvnw' : 'gradlew');
  const program = `${wrapper ? './' : ''}${isMaven ? `mvn${wrapper ? 'w' : ''}` : `gradle${wrapper ? 'w' : ''}`}`;
  const test: ProposedCheck = isMaven
    ? {
        name: 'test',
        run: `${program} -B -ntp test`,
        report: '**/target/surefire-reports/TEST-*.xml',
        network: 'open',
        why: 'Maven, for pom.xml: Surefire is fetched when it first runs',
      }
    : {
        name: 'test',
        run: `${program} --no-daemon --continue test`,
        report: '**/build/test-results/**/TEST-*.xml',
        network: 'open',
        why: 'Gradle',
      };
  return {
    kind: 'java',
    found: [isMaven ? 'Maven' : 'Gradle', ...(wrapper ? ['wrapper'] : [])],
    setup: [isMaven ? `${program} -B -ntp -q test-compile` : `${program} --no-daemon testClasses`],
    setupNetwork: 'open',
    checks: [{ ...test, ...(files !== undefined && { files }), ...guessed }],
    makes: isMaven ? ['target/'] : ['build/', '.gradle/'],
    installs: [],
    programs: ['java', ...(wrapper ? [] : [program])],
    notes: [
      `${isMaven ? 'Maven' : 'Gradle'} doesn't tell where it fetches from, so its commands have an open network: name the hosts under \`network\` to bound it.`,
    ],
  };
}

/** Ruby, shell and Makefiles. */
import { has, hasAny, inSource, matching, type ProjectFiles } from './listing.ts';
import { intoFile, type ProposedCheck, type ProposedStack } from './proposal.ts';

type Stack = Omit<ProposedStack, 'folder'>;

/** A project of Ruby whose `Gemfile` is at the root of the listing; undefined if that only brings tools. */
export function rubyStack(listing: ProjectFiles): Stack | undefined {
  const gems = `${listing.text('Gemfile') ?? ''}\n${matching(listing.files, '*.gemspec').length}`;
  const needs = (gem: string) => new RegExp(`gem ["']${gem}["']`).test(gems);
  const rspec = has(listing, '.rspec') || hasAny(listing, 'spec/**/*_spec.rb') || needs('rspec(?:-rails)?');
  const rails = has(listing, 'bin/rails');
  const tested =
    hasAny(listing, '{test,spec}/**/*.rb') ||
    inSource(listing.files, '{test,spec}/**/*_{test,spec}.rb').length > 0 ||
    /(?:^|[^a-z])(?:test|spec)s?(?![a-z])|(?:Test|Spec)Task/m.test(listing.text('Rakefile') ?? '');
  // `rake test` fails where no Rakefile knows it.
  if (!tested && !rspec && !rails) return undefined;
  const guessed = tested ? {} : { guessed: true };
  const minitest = rails ? 'bin/rails test --verbose' : 'bundle exec rake test TESTOPTS=--verbose';
  const test: ProposedCheck = rspec
    ? {
        name: 'test',
        run: 'bundle exec rspec --format progress --format json --out test-results.json',
        report: 'test-results.json',
        files: 'spec/**/*_spec.rb',
        only: 'bundle exec rspec --format progress --format json --out test-results.json $BATON_TEST_FILES',
        why: 'rspec',
        ...guessed,
      }
    : {
        name: 'test',
        run: intoFile(minitest, 'test-results.txt'),
        report: 'test-results.txt',
        files: 'test/**/*_test.rb',
        why: rails ? "Rails' own tests" : 'minitest, by rake',
        ...guessed,
      };
  const lint: ProposedCheck[] = has(listing, '.rubocop.yml')
    ? [{ name: 'lint', run: 'bundle exec rubocop', why: 'rubocop, for .rubocop.yml', guessed: true }]
    : [];
  const inTree = (command: string) => `BUNDLE_PATH=vendor/bundle ${command}`;
  return {
    kind: 'ruby',
    found: ['bundler', rspec ? 'rspec' : 'minitest', ...lint.map(() => 'rubocop')],
    setup: [inTree('bundle install --quiet')],
    checks: [test, ...lint].map((check) => ({
      ...check,
      run: inTree(check.run),
      ...(check.only !== undefined && { only: inTree(check.only) }),
    })),
    makes: ['vendor/bundle/', '.bundle/'],
    installs: ['vendor/bundle'],
    programs: ['ruby', 'bundle'],
    notes: [],
  };
}

/** Tests of shell at the root of the listing; undefined if there are none. */
export function shellStack(listing: ProjectFiles): Stack | undefined {
  const rest = { kind: 'shell', setup: [], installs: [] } as const;
  const bats = matching(listing.files, '**/*.bats');
  if (bats.length > 0) {
    const folders = [...new Set(bats.map((file) => file.split('/')[0] ?? ''))];
    const where = bats.some((file) => !file.includes('/')) ? '.' : folders.join(' ');
    const own = ['test/bats/bin/bats', 'test/libs/bats/bin/bats', 'tests/bats/bin/bats'].find(
      (file) =>
        has(listing, file) || (listing.text('.gitmodules') ?? '').includes(file.replace('/bin/bats', '')),
    );
    const report = 'test-results.tap';
    const start = (what: string) => intoFile(`${own ?? 'bats'} --formatter tap ${what}`, report);
    return {
      ...rest,
      found: ['bats'],
      checks: [
        {
          name: 'test',
          run: start(`--recursive ${where}`),
          report,
          files: '**/*.bats',
          only: start('$BATON_TEST_FILES'),
          why: 'bats',
        },
      ],
      makes: [],
      programs: own === undefined ? ['bats'] : [],
      notes: [],
    };
  }
  if (has(listing, '.shellspec'))
    return {
      ...rest,
      found: ['shellspec'],
      checks: [
        {
          name: 'test',
          run: 'shellspec --output junit',
          report: 'report/results_junit.xml',
          files: 'spec/**/*_spec.sh',
          why: 'shellspec, for .shellspec',
        },
      ],
      makes: ['report/'],
      programs: ['shellspec'],
      notes: [],
    };
  return undefined;
}

/** The target of a Makefile that tests, where nothing else was recognised. */
export function makeStack(listing: ProjectFiles): Stack | undefined {
  const text = listing.text('GNUmakefile') ?? listing.text('Makefile') ?? listing.text('makefile') ?? '';
  const targets = [...text.matchAll(/^([A-Za-z0-9_.-]+)\s*:(?!=)/gm)].map(([, name]) => name ?? '');
  const target = ['test', 'tests', 'check'].find((name) => targets.includes(name));
  if (target === undefined) return undefined;
  const lint = ['lint', 'fmt-check', 'format-check'].filter((name) => targets.includes(name));
  return {
    kind: 'make',
    found: ['make'],
    setup: [],
    checks: [
      { name: 'test', run: `make ${target}`, why: `target ${target} of the Makefile` },
      ...lint.slice(0, 1).map(
        (name): ProposedCheck => ({
          name: 'lint',
          run: `make ${name}`,
          why: `target ${name} of the Makefile`,
        }),
      ),
    ],
    makes: [],
    installs: [],
    programs: ['make'],
    notes: [
      '`make` writes no report, so no criterion can name a test: see the forms of reports in docs/evidence.md.',
    ],
  };
}

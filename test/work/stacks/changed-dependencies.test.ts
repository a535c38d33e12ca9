import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Files, type OpenFeature, openFeature, type UsersRepository } from './open-feature.ts';

/** Runs every `tests/*.sh`, and writes a JUnit report. */
const RUNNER = `status=0
cases=''
for file in tests/*.sh; do
  name=$(basename "$file" .sh)
  if sh "$file"; then cases="$cases<testcase name=\\"$name\\"/>"
  else cases="$cases<testcase name=\\"$name\\"><failure>red</failure></testcase>"; status=1; fi
done
printf '<testsuites><testsuite>%s</testsuite></testsuites>' "$cases" > report.xml
exit $status
`;
/** What an agent that games would put in its place: everything is green. */
const ALL_GREEN = `printf '<testsuites><testsuite><testcase name="works"/></testsuite></testsuites>' > report.xml
exit 0
`;

const FILES: Files = {
  '.gitignore': 'deps/\nreport.xml\n',
  'vendor/runner.sh': RUNNER,
  'tests/works.sh': 'exit 0\n',
};
const tested = (run: string) => ({ run, report: 'report.xml', files: 'tests/*.sh' });

interface Stack extends UsersRepository {
  readonly what: string;
  /** The test runner that was installed. */
  readonly runner: string;
}

const copied: Stack = {
  what: 'are copied from the tree of the set-up',
  runner: 'deps/runner.sh',
  files: FILES,
  checks: { setup: 'mkdir deps && cp vendor/runner.sh deps', test: tested('sh deps/runner.sh') },
  config: { worktrees: { installed: ['deps'] } },
};

const STACKS: Stack[] = [
  copied,
  {
    ...copied,
    what: 'each tree has as hard links to one store, as pnpm and uv make them',
    prepare: 'cp vendor/runner.sh ../store-runner.sh',
    checks: { ...copied.checks, setup: 'mkdir deps && ln {dir}/store-runner.sh deps/runner.sh' },
    config: {},
  },
];

describe.for(STACKS)('dependencies that $what', ({ runner, ...users }) => {
  let feature: OpenFeature;
  beforeAll(async () => {
    feature = await openFeature(users);
  });
  afterAll(() => feature.close());

  it('do not make work green that fails, if its agent replaces the test runner in its own tree', async () => {
    const work = await feature.handIn(
      'gamed',
      { 'tests/fails.sh': 'exit 1\n' },
      // In place: a file that is one with another tree's, or a store's, would change there too.
      ({ path: tree }) => writeFile(path.join(tree, runner), ALL_GREEN),
      ({ path: cwd }) => execa('git', ['add', '--force', runner], { cwd }),
    );
    expect(work.red).toEqual(['fails']);
    expect(work.verified.changed.map(({ path: file }) => file)).toEqual(['tests/fails.sh']);
  });

  it('do not decide the next run, if a test replaces the test runner while it is judged', async () => {
    const sabotage = `cat > ${runner} <<'END'\n${ALL_GREEN}END\n`;
    expect((await feature.handIn('sabotage', { 'tests/z.sh': sabotage })).red).toEqual([]);
    const again = await feature.handIn('sabotage', { 'tests/fails.sh': 'exit 1\n' });
    expect(again.red).toEqual(['fails']);
    expect(await feature.merge(again)).toMatchObject({ kind: 'red' });
    const other = await feature.handIn('other', { 'tests/also-fails.sh': 'exit 1\n' });
    expect(other.red).toEqual(['also-fails']);
    // In the tree in which the other one was measured last.
    expect(await feature.merge(other)).toMatchObject({ kind: 'red' });
  });
});

describe('a check that changes what is installed', () => {
  let feature: OpenFeature;
  beforeAll(async () => {
    feature = await openFeature({
      files: {
        ...FILES,
        'first.sh': '. ./build.sh\n',
        'build.sh': 'true\n',
        'second.sh': 'for more in deps/*.more; do [ -e "$more" ] && . "./$more"; done\n. ./deps/runner.sh\n',
      },
      checks: {
        setup: 'mkdir deps && cp vendor/runner.sh deps',
        first: 'sh first.sh',
        test: tested('sh second.sh'),
      },
      config: { worktrees: { installed: ['deps'] } },
    });
  });
  afterAll(() => feature.close());

  const build = {
    'rewrites the test runner': `cat > deps/runner.sh <<'END'\n${ALL_GREEN}END\n`,
    'adds a file that the test runner reads': `cat > deps/all-green.more <<'END'\n${ALL_GREEN}END\n`,
    'removes the test runner': 'rm -r deps\n',
  };
  it.for(Object.entries(build))(
    'and %s does not decide the next check, or the next packet',
    async ([, text]) => {
      const id = `build-${Object.values(build).indexOf(text)}`;
      const work = await feature.handIn(id, { 'build.sh': text, 'tests/fails.sh': 'exit 1\n' });
      expect(work.red).toEqual(['fails']);
      const next = await feature.handIn(`${id}-next`, { 'tests/also-fails.sh': 'exit 1\n' });
      expect(next.red).toEqual(['also-fails']);
    },
  );
});

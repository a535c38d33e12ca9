import { describe, expect, it } from 'vitest';
import { detectFiles, packageJson, runsOf } from './detect-files.ts';

const NODE = { 'package.json': packageJson({ test: 'node --test' }), 'sum.js': '', 'sum.test.js': '' };
const PODS = "source 'https://rubygems.org'\ngem 'cocoapods', '1.15.2'\n";
const ANDROID = {
  'android/build.gradle': '',
  'android/settings.gradle': "include ':app'\n",
  'android/gradlew': '',
  'android/app/build.gradle': '',
  'android/app/src/main/java/App.java': '',
  'android/app/src/androidTest/java/AppTest.java': '',
};

describe('beside a project with tests, a file that only holds tools', () => {
  it.each<[string, Record<string, string>]>([
    ['settings of ruff', { 'pyproject.toml': '[tool.ruff]\nline-length = 100\n', 'scripts/release.py': '' }],
    [
      'settings of ruff, where tests/ is of Node',
      { 'pyproject.toml': '[tool.ruff]\n', 'tests/a.test.js': '' },
    ],
    ['settings of flake8', { 'setup.cfg': '[flake8]\n', 'tox.ini': '[flake8]\n' }],
    ['requirements of scripts', { 'scripts/requirements.txt': 'requests\n', 'scripts/a.py': '' }],
    ['a Gemfile for cocoapods', { Gemfile: PODS }],
    [
      'a Gemfile and a Rakefile that deploys',
      { Gemfile: PODS, Rakefile: 'task :latest do\n  respect "x.gemspec"\nend\n' },
    ],
    ['the layout of React Native', { Gemfile: PODS, ...ANDROID }],
    ['a Go module of tools', { 'tools/go.mod': 'module x\n', 'tools/go.sum': '', 'tools/tools.go': '' }],
    ['a crate without code', { 'Cargo.toml': '[package]\nname = "x"\n', 'build.rs': '' }],
    [
      'a test runner that nothing uses',
      { 'site/package.json': packageJson({}, { devDependencies: { vitest: '1' } }) },
    ],
  ])('is no test, and has no set-up: %s', (_, files) => {
    const detected = detectFiles({ ...NODE, ...files });
    expect(runsOf(detected)).toEqual({ test: expect.stringContaining('node --test') });
    expect(detected.setup).toBeUndefined();
    expect(detected.stacks.map(({ kind }) => kind)).toEqual(['node']);
  });

  it('is named, if there is something to build', () => {
    expect(detectFiles({ ...NODE, ...ANDROID }).notes).toEqual([
      'android/ (Gradle) is left out: no tests were found there. Add a check if it has some.',
    ]);
    const service = { 'pyproject.toml': '[project]\nname = "x"\n', 'x/__init__.py': '' };
    expect(detectFiles({ ...NODE, ...service }).notes).toEqual([
      'The top folder (pip) is left out: no tests were found there. Add a check if it has some.',
    ]);
  });

  it('is none where the tests are told from settings alone', () => {
    const settings = [
      { 'pyproject.toml': '[tool.pytest.ini_options]\npython_files = ["check_*.py"]\n' },
      { 'tox.ini': '[tox]\nenvlist = py\n[testenv]\ncommands = python check.py\n', 'setup.py': '' },
      { 'pom.xml': '<project><build><testSourceDirectory>test</testSourceDirectory></build></project>' },
      { Gemfile: "gem 'rake'\n", Rakefile: 'Rake::TestTask.new\n' },
    ];
    for (const files of settings)
      expect(Object.keys(runsOf(detectFiles({ ...NODE, ...files })))).toHaveLength(2);
  });

  it('is no test of a repository of shell either, nor of one with a Makefile', () => {
    const tools = { 'package.json': packageJson({}, { devDependencies: { husky: '9' } }) };
    expect(runsOf(detectFiles({ ...tools, 'test/a.bats': '' }))).toEqual({
      test: expect.stringContaining('bats'),
    });
    const made = detectFiles({ ...tools, Makefile: 'test:\n\tsh test.sh\n' });
    expect(runsOf(made)).toEqual({ test: 'make test' });
    // What it installs may be what the target needs.
    expect(made.setup?.run).toContain('npm install');
    const ruff = { 'pyproject.toml': '[tool.ruff]\n', Makefile: 'test:\n\tsh test.sh\n' };
    expect(runsOf(detectFiles(ruff))).toEqual({ test: 'make test' });
  });
});

describe('a project with tests, beside another', () => {
  const TEST = 'src/test/java/com/example/demo/DemoApplicationTests.java';
  const POM = '<project><modules><module>templates</module></modules></project>';
  it.each<[string, string, Record<string, string>]>([
    ['Maven, in com.example', 'java', { 'backend/pom.xml': '', 'backend/mvnw': '', [`backend/${TEST}`]: '' }],
    ['Gradle, in com.example', 'java', { 'build.gradle.kts': '', [TEST]: '' }],
    ['Maven, in a module called templates', 'java', { 'pom.xml': POM, 'templates/src/test/java/A.java': '' }],
    [
      'Gradle, in a project called samples',
      'java',
      { 'settings.gradle': "include ':app:samples'", 'app/samples/src/test/java/A.java': '' },
    ],
    ['Go, in a package called templates', 'go', { 'go.mod': '', 'internal/templates/templates_test.go': '' }],
    ['Rust, in a crate called target', 'rust', { 'Cargo.toml': '[workspace]\n', 'target/src/lib.rs': '' }],
    [
      'Ruby, in a folder called templates',
      'ruby',
      { Gemfile: '', Rakefile: '', 'test/templates/a_test.rb': '' },
    ],
    [
      'Node, in a folder called templates',
      'node',
      {
        'web/package.json': packageJson({}, { devDependencies: { vitest: '3' } }),
        'web/src/templates/a.test.ts': '',
      },
    ],
  ])('is tested whatever its folders are called: %s', (_, kind, files) => {
    const kinds = (beside: Record<string, string>) => {
      const { stacks, checks } = detectFiles({ ...beside, ...files });
      return checks.filter(({ name }) => /^test/.test(name)).length === 2 && stacks.map((each) => each.kind);
    };
    expect(kinds({ 'x/pyproject.toml': '[project]\nname = "x"\n', 'x/tests/test_x.py': '' })).toContain(kind);
    expect(kinds({ 'test/a.bats': '' })).toContain(kind);
  });

  it.each<[string, Record<string, string>]>([
    ['Maven', { 'pom.xml': '<project/>', 'examples/a/pom.xml': '', 'examples/a/src/test/java/A.java': '' }],
    ['Gradle', { 'build.gradle': '', 'src/main/resources/templates/src/test/java/A.java': '' }],
    ['Go', { 'go.mod': '', 'examples/go.mod': '', 'examples/a_test.go': '', 'testdata/a_test.go': '' }],
    [
      'Node',
      {
        'web/package.json': packageJson({}, { devDependencies: { vitest: '3' } }),
        'web/templates/a.test.ts': '',
      },
    ],
  ])('is not told by tests of examples and templates: %s', (_, files) => {
    const beside = { 'x/pyproject.toml': '[project]\nname = "x"\n', 'x/tests/test_x.py': '' };
    expect(detectFiles({ ...beside, ...files }).stacks.map(({ kind }) => kind)).toEqual(['python']);
  });

  it('names a module of Go without tests and without go.sum', () => {
    expect(detectFiles({ ...NODE, 'tools/go.mod': 'module x\n', 'tools/tools.go': '' }).notes).toEqual([
      'tools/ (go) is left out: no tests were found there. Add a check if it has some.',
    ]);
  });
});

it.each<[string, Record<string, string>]>([
  ['a site of Jekyll', { Gemfile: "gem 'jekyll'\n", '_config.yml': '', 'index.md': '' }],
  ['settings of ruff', { 'pyproject.toml': '[tool.ruff]\n', 'README.md': '' }],
])('nobody knows how %s is tested, so the test is a question and not a guess', (_, files) => {
  const detected = detectFiles(files);
  expect(detected.checks).toEqual([]);
  expect(detected.notes).toEqual([
    'No way to test this repository was recognised: name the command in checks.test.',
  ]);
});

it('a project that is alone keeps the way to test of its kind, for the tests that it will have', () => {
  const python = { 'pyproject.toml': '[project]\nname = "x"\n', 'x/__init__.py': '' };
  expect(runsOf(detectFiles(python)).test).toContain('pytest');
  expect(runsOf(detectFiles({ 'go.mod': 'module x\n', 'x.go': '' })).test).toContain('go test');
  expect(runsOf(detectFiles({ 'pom.xml': '<project/>' })).test).toContain('mvn');
});

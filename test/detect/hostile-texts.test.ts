import { describe, expect, it } from 'vitest';
import { detectFiles } from './detect-files.ts';

type Texts = Readonly<Record<string, string>>;

/** About as long as `init` reads a file: what takes a second step for each pair of characters would take hours. */
const LENGTH = 900_000;
const many = (part: string): string => part.repeat(Math.floor(LENGTH / part.length));
const PROJECT = '[project]\nname = "shop"\n';
const PYTEST = 'def test_a():\n    pass\n';

/** A search that begins anew at each of the repeated parts, and goes to the end of the text, doesn't end in these. */
const HOSTILE: readonly (readonly [string, Texts])[] = [
  ['lists in setup.py that never end', { 'setup.py': `extras_require\n${many('"a": [\n')}` }],
  ['lists in lists in setup.py', { 'setup.py': `extras_require\n${many('"a": [\n')}]` }],
  ['lists in setup.py that begin in texts', { 'setup.py': `extras_require\n${many('a=["b=[\'')}` }],
  ['a long list in setup.py', { 'setup.py': `extras_require\n"a": [${many(',')}` }],
  ['what setup.py requires, and never ends', { 'setup.py': many('install_requires=[\n') }],
  ['blank lines in setup.py', { 'setup.py': many('\n') }],
  ['blank lines in pyproject.toml', { 'pyproject.toml': many('\n') }],
  ['blank lines of mypy', { 'requirements.txt': 'mypy\n', 'setup.cfg': `[mypy]\n${many('\n')}` }],
  ['a line of remarks in requirements', { 'requirements.txt': `${many(' #')}\u2028pytest` }],
  [
    'brackets in a requirement',
    { 'pyproject.toml': `${PROJECT}[project.optional-dependencies]\ntest = ["shop${many('[')}"]\n` },
  ],
  [
    'lists of a workspace of uv that never end',
    { 'pyproject.toml': `[tool.uv.workspace]\n${many('members=[\n')}` },
  ],
  ['lists of a workspace of Rust that never end', { 'Cargo.toml': `[workspace]\n${many('exclude=[\n')}` }],
  ['blank lines in a workspace of Rust', { 'Cargo.toml': `[workspace]\n${many('\n')}` }],
  [
    'blank lines of nextest',
    { 'Cargo.toml': '', '.config/nextest.toml': `[profile.ci.junit]\n${many('\n')}` },
  ],
  ['blocks of go.work that never end', { 'go.mod': '', 'go.work': many('use (\n') }],
  ['blanks for a module of Maven', { 'pom.xml': `<module>${many(' ')}` }],
  ['a long name of a module of Maven', { 'pom.xml': `<module>${many('x')}</module>` }],
  ['folders of sources of Gradle', { 'build.gradle': many('srcDirs ') }],
];

describe('a text that was made to hold up who reads it', () => {
  it.each(HOSTILE)('is read in one go: %s', (_, texts) => {
    const detected = detectFiles({ ...texts, 'tests/test_a.py': PYTEST });
    expect(detected.stacks.map(({ folder }) => folder)).toEqual(['']);
  });
});

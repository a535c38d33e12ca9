import { describe, expect, it } from 'vitest';
import { crate, goModule, lacks, npmPackage, pythonSdist, repositoryOf } from './fetched.ts';
import { firstFeature } from './first-feature.ts';

const python = lacks(['python3', '-c', 'import venv, pip']);
const go = lacks(['go', 'version']);
const cargo = lacks(['cargo', '--version']);

describe('a public project goes from what baton init writes to a landed feature', () => {
  it('a package of npm: reusify, tested by tape, without a lock file', async () => {
    const repo = await repositoryOf(npmPackage, 'reusify', '1.1.0');
    const { found, report, landed } = await firstFeature(
      'reusify',
      repo,
      'Tell how many objects are in use',
      [
        {
          id: 'in-use',
          objective: 'reusify tells how many objects are in use',
          criteria: [
            { text: 'it counts what was got and not released', evidence: { test: 'one is in use' } },
          ],
          boundaries: { inScope: ['reusify.js', 'reusify.d.ts', 'test.js'] },
          work: {
            replace: [
              ['reusify.js', '  function get () {\n', '  var used = 0\n\n  function get () {\n    used++\n'],
              ['reusify.js', '  function release (obj) {\n', '  function release (obj) {\n    used--\n'],
              [
                'reusify.js',
                'release: release\n',
                'release: release,\n    inUse: function () { return used }\n',
              ],
              ['reusify.d.ts', '\tget(): T;\n', '\tget(): T;\n\tinUse(): number;\n'],
            ],
            append: {
              'test.js': `
test('tells how many are in use', function (t) {
  t.plan(1)
  function Node () { this.next = null }
  var instance = reusify(Node)
  instance.release(instance.get())
  instance.get()
  t.equal(instance.inUse(), 1, 'one is in use')
})
`,
            },
          },
        },
      ],
    );
    expect(found.tried.checks).toMatchObject([
      { name: 'test', passed: true, tests: { total: 20, passing: 20 } },
      { name: 'lint', passed: true },
      { name: 'types', passed: true },
    ]);
    expect(report.packets).toMatchObject([{ tests: { total: 21, passing: 21 } }]);
    expect(await landed('reusify.js')).toContain('inUse');
  });

  it.skipIf(python !== undefined)(
    'a sdist of Python: itsdangerous, tested by pytest, with a folder of requirements (python3 with venv is needed)',
    async () => {
      const repo = await repositoryOf(pythonSdist, 'itsdangerous', '2.2.0');
      const { found, report, landed } = await firstFeature(
        'itsdangerous',
        repo,
        'Encode bytes as hexadecimal digits',
        [
          {
            id: 'hex',
            objective: 'itsdangerous.encoding encodes hexadecimal digits',
            criteria: [{ text: 'digits come back as bytes', evidence: { test: 'test_hex' } }],
            boundaries: { inScope: ['src/itsdangerous/encoding.py', 'tests/test_itsdangerous/test_hex.py'] },
            work: {
              append: {
                'src/itsdangerous/encoding.py':
                  '\n\ndef hex_encode(string: str | bytes) -> bytes:\n    return want_bytes(string).hex().encode("ascii")\n',
              },
              write: {
                'tests/test_itsdangerous/test_hex.py':
                  'from itsdangerous.encoding import hex_encode\n\n\ndef test_hex():\n    assert hex_encode("a\\n") == b"610a"\n',
              },
            },
          },
        ],
      );
      expect(found.tried.checks).toMatchObject([
        { name: 'test', passed: true, tests: { total: 297, passing: 297 } },
        { name: 'types', passed: true },
      ]);
      expect(report.packets).toMatchObject([{ tests: { total: 298, passing: 298 } }]);
      expect(await landed('src/itsdangerous/encoding.py')).toContain('hex_encode');
    },
  );

  it.skipIf(go !== undefined)('a module of Go: go-multierror, with a dependency (go is needed)', async () => {
    const repo = await repositoryOf(goModule, 'github.com/hashicorp/go-multierror', 'v1.1.1');
    const { found, report, landed } = await firstFeature(
      'go-multierror',
      repo,
      'Give the last of several errors',
      [
        {
          id: 'last',
          objective: 'Error.Last gives the last error',
          criteria: [{ text: 'the last of two is given', evidence: { test: 'TestLast' } }],
          boundaries: { inScope: ['last.go', 'last_test.go'] },
          work: {
            write: {
              'last.go':
                'package multierror\n\n// Last gives the error that was added last, or nil.\nfunc (e *Error) Last() error {\n\tif e == nil || len(e.Errors) == 0 {\n\t\treturn nil\n\t}\n\treturn e.Errors[len(e.Errors)-1]\n}\n',
              'last_test.go':
                'package multierror\n\nimport (\n\t"errors"\n\t"testing"\n)\n\nfunc TestLast(t *testing.T) {\n\tone, two := errors.New("one"), errors.New("two")\n\tif got := Append(one, two).Last(); got != two {\n\t\tt.Fatalf("got %v", got)\n\t}\n\tvar none *Error\n\tif got := none.Last(); got != nil {\n\t\tt.Fatalf("got %v", got)\n\t}\n}\n',
            },
          },
        },
      ],
    );
    expect(found.tried.checks.every(({ passed }) => passed)).toBe(true);
    expect(report.packets).toMatchObject([{ tests: { total: 34, passing: 34 } }]);
    expect(report.gates).toContainEqual(expect.objectContaining({ name: 'coverage', outcome: 'met' }));
    expect(await landed('last.go')).toContain('Last()');
  });

  it.skipIf(cargo !== undefined)('a crate: semver, with a lock file (cargo is needed)', async () => {
    const repo = await repositoryOf(crate, 'semver', '1.0.26');
    const { report, landed } = await firstFeature('semver', repo, 'Tell whether a version is stable', [
      {
        id: 'stable',
        objective: 'Version::is_stable tells whether a version is no pre-release and past 0.x',
        criteria: [
          { text: '1.0.0 is stable, 1.0.0-rc1 and 0.9.0 are not', evidence: { test: 'test_is_stable' } },
        ],
        boundaries: { inScope: ['src/lib.rs', 'tests/test_version.rs'] },
        work: {
          replace: [
            [
              'src/lib.rs',
              '    /// Create `Version` by parsing from string representation.\n',
              '    /// Whether it is no pre-release and past 0.x.\n    pub fn is_stable(&self) -> bool {\n        self.major > 0 && self.pre.is_empty()\n    }\n\n    /// Create `Version` by parsing from string representation.\n',
            ],
          ],
          append: {
            'tests/test_version.rs':
              '\n#[test]\nfn test_is_stable() {\n    assert!(version("1.0.0").is_stable());\n    assert!(!version("1.0.0-rc1").is_stable());\n    assert!(!version("0.9.0").is_stable());\n}\n',
          },
        },
      },
    ]);
    expect(report.packets).toMatchObject([{ tests: { total: 39, passing: 39 } }]);
    expect(await landed('src/lib.rs')).toContain('is_stable');
  });
});

import type { Files } from './open-feature.ts';

/** Runs the tests of the standard library's runner, and writes a JUnit report. */
const REPORT = `import sys, unittest
from xml.sax.saxutils import quoteattr

class Result(unittest.TextTestResult):
    cases = []
    def note(self, test, bad=None):
        name = quoteattr(getattr(test, '_testMethodName', str(test)))
        inside = '<failure message=%s/>' % quoteattr(str(bad[1])) if bad else ''
        self.cases.append('<testcase name=%s>%s</testcase>' % (name, inside))
    def addSuccess(self, test):
        super().addSuccess(test); self.note(test)
    def addFailure(self, test, err):
        super().addFailure(test, err); self.note(test, err)
    def addError(self, test, err):
        super().addError(test, err); self.note(test, err)

suite = unittest.defaultTestLoader.discover('tests')
result = unittest.TextTestRunner(resultclass=Result).run(suite)
open('report.xml', 'w').write('<testsuites><testsuite>%s</testsuite></testsuites>' % ''.join(Result.cases))
sys.exit(not result.wasSuccessful())
`;

/** A test file in which two values have to be equal. */
export const pythonTest = (name: string, values: string, module = 'shop.core'): string =>
  `import unittest
import ${module} as module

class Tests(unittest.TestCase):
    def ${name}(self):
        self.assertEqual(${values})
`;

/** A package with two parts: `web` uses `core`, and each has a test that imports what is installed. */
export const PYTHON_SHOP: Files = {
  '.gitignore': '.venv\nreport.xml\n__pycache__/\n',
  'tools/report.py': REPORT,
  'src/shop/__init__.py': '',
  'src/shop/core.py': "def euros(cents):\n    return f'{cents / 100} EUR'\n",
  'src/shop/web.py':
    "from shop.core import euros\n\ndef label(cents):\n    return f'Total: {euros(cents)}'\n",
  'tests/test_core.py': pythonTest('test_core_writes_an_amount', "module.euros(250), '2.5 EUR'"),
  'tests/test_web.py': pythonTest(
    'test_web_shows_the_total',
    "module.label(250), 'Total: 2.5 EUR'",
    'shop.web',
  ),
};

export const pythonTests = {
  run: '.venv/bin/python -B tools/report.py',
  report: 'report.xml',
  files: 'tests/*.py',
};

/** Work that keeps the tests of its own part green, and breaks those of the other. */
export const pythonBreaksWeb: Files = {
  'src/shop/core.py': "def euros(cents):\n    return f'{cents / 100:.2f} EUR'\n",
  'tests/test_core.py': pythonTest('test_core_writes_an_amount', "module.euros(250), '2.50 EUR'"),
};

/** Work that adds a module and uses it in another. */
export const pythonAddsVat: Files = {
  'src/shop/vat.py': 'def with_vat(cents):\n    return cents * 1.25\n',
  'src/shop/web.py': `from shop.core import euros
from shop.vat import with_vat

def label(cents):
    return f'Total: {euros(cents)}'

def gross(cents):
    return label(with_vat(cents))
`,
  'tests/test_gross.py': pythonTest('test_web_shows_vat', "module.gross(200), 'Total: 2.5 EUR'", 'shop.web'),
};

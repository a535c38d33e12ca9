/** What is found in a layout: its stacks, the set-up, the run of its tests with their report, its other checks. */
export type Expected = readonly [
  found: string,
  setup: string | undefined,
  test: string,
  report: string | undefined,
  others: string,
];

/** A set-up by pip. */
export const pip = (packages: string) =>
  `python3 -m venv .venv && .venv/bin/python -m pip install --quiet ${packages}`;

/** Layouts of Python that differ in what installs pytest, and from where it is started. */
export const PYTHON_LAYOUTS: Readonly<Record<string, Expected>> = {
  'django-below': [
    'pip, django',
    pip('-r requirements.txt unittest-xml-reporting'),
    'cd mysite && ../.venv/bin/python manage.py test --testrunner xmlrunner.extra.djangotestrunner.XMLTestRunner',
    'mysite/TEST-*.xml',
    '',
  ],
  'hashed-requirements': [
    'pip, pytest',
    `${pip('-r requirements.txt')} && .venv/bin/python -m pip install --quiet pytest`,
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'hatch-environments': [
    'pip, pytest',
    pip("-e . 'coverage[toml]>=6.5' pytest"),
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'pip-groups': [
    'pip, pytest, ruff',
    `python3 -m venv .venv && .venv/bin/python -m pip install --quiet --upgrade 'pip>=25.1' && .venv/bin/python -m pip install --quiet -e . --group test --group dev pytest`,
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    'lint',
  ],
  'poetry-optional-group': [
    'poetry, pytest',
    'POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction --with test',
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'requirements-suffix': [
    'pip, pytest',
    pip('-r requirements.txt -r test_requirements.txt pytest'),
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'settings-only': [
    'pip, pytest',
    pip('pytest'),
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'setuptools-cfg': [
    'pip, pytest',
    pip("-e '.[test]' pytest"),
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'setuptools-py': [
    'pip, pytest',
    pip("-e '.[dev]' pytest"),
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'uv-groups': [
    'uv, pytest',
    'uv sync --frozen --group test',
    'uv run --no-sync pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
};

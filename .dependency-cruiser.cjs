// Holds the import directions of docs/design.md:
//   client -> cli -> worker -> activities -> work -> services -> domain
//   workflows -> domain; of activities only types
// tools/type-imports.mjs adds where only types may be imported.

/** The services, and which other services each may use; plain TypeScript that knows nothing of Temporal. */
const services = {
  agents: ['files', 'processes', 'sandbox'],
  artifacts: ['files'],
  checks: ['artifacts', 'config', 'files', 'installed', 'processes', 'sandbox'],
  config: ['files'],
  detect: [],
  'dev-server': ['files', 'homes', 'processes'],
  files: [],
  git: ['files', 'homes', 'installed', 'processes'],
  github: ['processes'],
  homes: ['files', 'processes'],
  installed: ['files'],
  lanes: ['homes', 'installed', 'processes'],
  packets: ['config', 'files'],
  processes: ['files'],
  release: ['artifacts', 'checks', 'config', 'processes'],
  sandbox: ['files', 'installed', 'processes'],
  services: ['processes', 'sandbox'],
  // What is done in the trees of a home: the services put together.
  work: [
    'agents',
    'artifacts',
    'checks',
    'config',
    'files',
    'git',
    'github',
    'homes',
    'installed',
    'lanes',
    'processes',
    'release',
    'sandbox',
    'services',
  ],
};
const names = Object.keys(services);
const temporal = '(^|node_modules/)@temporalio/';
const npm = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'core'];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'A file or package that cannot be found: no other rule could see it.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'domain-needs-only-zod',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: ['^src/domain/', 'node_modules/zod/'] },
    },
    {
      name: 'workflows-packages',
      comment: 'Workflow code runs in a sandbox: no Node, no package that is not made for it.',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { dependencyTypes: npm, pathNot: ['@temporalio/(workflow|common)(/|$)', 'node_modules/zod/'] },
    },
    {
      name: 'workflows-directions',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { path: '^src/', pathNot: '^src/(workflows|domain|activities)/' },
    },
    {
      name: 'services-know-no-temporal',
      comment: 'The SDK offers a download of the Temporal CLI, which the dev server uses; nothing else.',
      severity: 'error',
      from: { path: `^src/(${names.filter((name) => name !== 'dev-server').join('|')})/` },
      to: { path: temporal },
    },
    {
      name: 'dev-server-temporal',
      severity: 'error',
      from: { path: '^src/dev-server/' },
      to: { path: temporal, pathNot: '@temporalio/testing(/|$)' },
    },
    ...names.map((name) => ({
      name: `service-${name}-directions`,
      severity: 'error',
      from: { path: `^src/${name}/` },
      to: { path: '^src/', pathNot: `^src/(${[name, 'domain', ...services[name]].join('|')})/` },
    })),
    {
      name: 'activities-directions',
      severity: 'error',
      from: { path: '^src/activities/' },
      to: { path: '^src/(cli|workflows)/|^src/[^/]+[.]ts$' },
    },
    {
      name: 'worker-directions',
      comment: 'The command line starts the worker, and is not known there.',
      severity: 'error',
      from: { path: '^src/(worker/|worker[.]ts$)' },
      to: { path: '^src/(cli|client[.]ts)' },
    },
    {
      name: 'cli-directions',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/[^/]+[.]ts$' },
    },
    {
      name: 'benches-are-used-by-nobody',
      comment: 'A bench measures what is there, with what the product itself uses: pure functions, tables.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^bench/' },
    },
    {
      name: 'service-folders-are-listed',
      comment: 'A new folder in src is a service: list it at the top of this file.',
      severity: 'error',
      from: {},
      to: {
        path: '^src/[^/]+/',
        pathNot: `^src/(cli|worker|activities|workflows|domain|${names.join('|')})/`,
      },
    },
  ],
  options: {
    // TypeScript 7 has no compiler interface for other tools yet: the files are read by swc, which the SDK brings.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};

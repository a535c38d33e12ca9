/** The suites that the test generator can write: `covers` is the file whose gap each closes. */
export function suitesOf({ files }) {
  return [
    {
      what: 'concurrent updates',
      covers: 'src/db/migrate.ts',
      file: files.concurrencyTest,
      template: 'concurrency.test.ts.tpl',
    },
    {
      what: 'conditional requests',
      covers: files.preconditions,
      file: files.preconditionsTest,
      template: 'preconditions.test.ts.tpl',
    },
    { what: 'many users', covers: files.rateLimit, file: files.sweepTest, template: 'sweep.test.ts.tpl' },
    { what: 'the whole flow', covers: 'src/service.ts', file: files.flowTest, template: 'flow.test.ts.tpl' },
    { what: 'storage', covers: files.repository, file: files.storageTest, template: 'storage.test.ts.tpl' },
  ];
}

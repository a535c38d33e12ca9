import { parseRequest } from './request.mjs';
import { exists, read } from './workspace.mjs';

export const DEFAULT_LIMIT = 10;

/** Where everything of the feature goes. */
export const filesOf = ({ slug }) => ({
  apiDocument: `docs/api/${slug}.md`,
  openapi: `docs/openapi/${slug}.json`,
  decision: `docs/architecture/decisions/adr-0003-${slug}-storage.md`,
  migration: `migrations/0003-${slug}.sql`,
  domain: `src/domain/${slug}.ts`,
  repository: `src/db/${slug}.ts`,
  storageTest: `tests/integration/${slug}-storage.test.ts`,
  rateLimit: 'src/http/rate-limit.ts',
  rateLimitTest: 'tests/unit/rate-limit.test.ts',
  route: `src/routes/${slug}.ts`,
  bodies: `src/routes/${slug}-bodies.ts`,
  preconditions: 'src/http/preconditions.ts',
  routes: 'src/routes/index.ts',
  apiTest: `tests/integration/${slug}-api.test.ts`,
  concurrencyTest: `tests/integration/${slug}-concurrency.test.ts`,
  preconditionsTest: `tests/integration/${slug}-preconditions.test.ts`,
  sweepTest: 'tests/unit/rate-limit-sweep.test.ts',
  flowTest: `tests/e2e/${slug}-flow.test.ts`,
  page: `src/pages/${slug}.ts`,
  pages: 'src/pages/index.ts',
  pageTest: `tests/unit/${slug}-page.test.ts`,
  workflow: `.github/workflows/deploy-${slug}.yml`,
  rollback: `docs/operations/${slug}-rollback.md`,
});

/**
 * The feature as the crew builds it: read from the request, with the limit of requests that the approved
 * API description says where there is one.
 */
export function readSpec(task) {
  const spec = parseRequest(task.feature.request);
  const files = filesOf(spec);
  return {
    ...spec,
    files,
    path: `/api/v1/users/:id/${spec.resource}`,
    pagePath: `/settings/${spec.resource}`,
    limit: approvedLimit(files.openapi),
  };
}

function approvedLimit(file) {
  if (!exists(file)) return DEFAULT_LIMIT;
  return Number(/"x-rate-limit":\s*"(\d+)\/minute"/.exec(read(file))?.[1] ?? DEFAULT_LIMIT);
}

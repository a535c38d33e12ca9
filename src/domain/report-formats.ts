/** The formats of reports that Baton reads, by the names that `format` of a report in baton.yaml may have. */

export const TEST_REPORT_FORMATS = [
  'junit',
  'vitest',
  'jest',
  'mocha',
  'playwright',
  'rspec',
  'tap',
  'go-test',
  'trx',
  'nunit',
  'xunit',
] as const;
export type TestReportFormat = (typeof TEST_REPORT_FORMATS)[number];

/** `json`: figures by their paths, whatever they mean; the others are coverage. */
export const FIGURE_FORMATS = [
  'json',
  'istanbul',
  'istanbul-summary',
  'lcov',
  'cobertura',
  'jacoco',
  'clover',
  'go-cover',
  'coverage-py',
  'simplecov',
] as const;
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

import type { FigureFormat } from '../../domain/report-formats.ts';
import { ReportError } from '../reports/test-report.ts';
import { parseXml } from '../reports/xml.ts';
import { isCoverageSummary } from './coverage-summary.ts';
import type { Coverage } from './model.ts';
import {
  parseCoveragePy,
  parseIstanbul,
  parseIstanbulSummary,
  parseSimplecov,
} from './parse-json-coverage.ts';
import { parseGoCover, parseLcov } from './parse-text-coverage.ts';
import { parseClover, parseCobertura, parseJacoco, xmlCoverageFormat } from './parse-xml-coverage.ts';

/** What a gate's report holds: figures in JSON, coverage, or coverage in JSON, which is both. */
export interface GateFigures {
  /** The parsed JSON, where it is JSON. */
  readonly json?: unknown;
  readonly coverage?: Coverage;
  /** Why JSON that looks like coverage isn't read as that; its own figures count all the same. */
  readonly problem?: string;
}

const XML = { cobertura: parseCobertura, clover: parseClover, jacoco: parseJacoco };

/**
 * The figures of a text.
 *
 * @param format - absent: told by the content
 * @throws ReportError if it is neither JSON nor coverage, or not in that format
 */
export function readFigures(text: string, format?: FigureFormat): GateFigures {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (start === '') throw new ReportError('it is empty: its tool ended before it wrote a figure');
  const read = orRefused(() => readAs(start, format));
  if (format === undefined || read.format === format) return read;
  throw new ReportError(
    `it is not in the format \`${format}\` that its \`report.format\` names, but ${read.format === 'json' ? 'other JSON' : `looks like ${read.format}`}`,
  );
}

/** A parser gives up on nesting or entities in ways of its own. */
function orRefused<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ReportError) throw cause;
    throw new ReportError(`it can't be read: ${(cause as Error).message}`, { cause });
  }
}

function readAs(
  text: string,
  format: FigureFormat | undefined,
): GateFigures & { readonly format: FigureFormat } {
  if (text.startsWith('<')) {
    const document = parseXml(text);
    const found = xmlCoverageFormat(document);
    if (found === undefined) throw new ReportError('it is XML, but neither Cobertura, JaCoCo nor Clover');
    return { format: found, coverage: XML[found](document) };
  }
  if (/^mode: (?:set|count|atomic)\b/.test(text)) return { format: 'go-cover', coverage: parseGoCover(text) };
  if (/^(?:#[^\n]*\s+)*(?:TN:|SF:)/.test(text)) return { format: 'lcov', coverage: parseLcov(text) };
  const json = parseJson(text);
  if (format === 'json') return { format, json };
  const read = ofJson(json);
  // What is named has to be read as that.
  if (format !== undefined && read.problem !== undefined) throw new ReportError(read.problem);
  return read;
}

/** @throws ReportError if it isn't JSON */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ReportError(
      `it is not JSON: ${(error as Error).message} (nor LCOV, Cobertura, JaCoCo, Clover or a profile of Go)`,
    );
  }
}

/** JSON that is coverage is that too. */
export function ofJson(json: unknown): GateFigures & { readonly format: FigureFormat } {
  const format = jsonCoverageFormat(json);
  if (format === undefined) return { format: 'json', json };
  try {
    return { format, json, coverage: JSON_FORMATS[format](json as object) };
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    return { format, json, problem: error.message };
  }
}

type JsonFormat = Extract<FigureFormat, 'istanbul' | 'istanbul-summary' | 'coverage-py' | 'simplecov'>;
const JSON_FORMATS: Readonly<Record<JsonFormat, (json: object) => Coverage>> = {
  istanbul: parseIstanbul,
  'istanbul-summary': parseIstanbulSummary,
  'coverage-py': parseCoveragePy,
  simplecov: parseSimplecov,
};

function jsonCoverageFormat(json: unknown): JsonFormat | undefined {
  if (isCoverageSummary(json)) return 'istanbul-summary';
  if (!isObject(json)) return undefined;
  if (isObject(json.totals) && 'percent_covered' in json.totals && isObject(json.files)) return 'coverage-py';
  if (isObject(json.meta) && 'simplecov_version' in json.meta) return 'simplecov';
  const { result } = json;
  if (Object.keys(json).length === 1 && isObject(result) && ('line' in result || 'covered_percent' in result))
    return 'simplecov';
  const values = Object.values(json);
  if (values.length === 0) return undefined;
  if (values.every((one) => isObject(one) && isObject(one.coverage) && 'timestamp' in one))
    return 'simplecov';
  return values.every((one) => isObject(one) && isObject(one.statementMap) && isObject(one.s))
    ? 'istanbul'
    : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { FeatureReport } from '../../domain/report.ts';
import { readJson } from '../../homes/atomic-file.ts';

const isReport = (value: unknown): value is FeatureReport =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Partial<FeatureReport>).feature === 'string' &&
  typeof (value as Partial<FeatureReport>).outcome === 'string' &&
  typeof (value as Partial<FeatureReport>).figures === 'object';

/** The report a home keeps of a feature, or undefined: servers forget after their retention time. */
export async function savedReport(home: string, feature: string): Promise<FeatureReport | undefined> {
  const value = await readJson(path.join(home, 'reports', `${feature}.json`));
  return isReport(value) ? value : undefined;
}

/** All reports a home keeps, newest first. */
export async function savedReports(home: string): Promise<FeatureReport[]> {
  const names = await readdir(path.join(home, 'reports')).catch(() => []);
  const reports = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map((name) => savedReport(home, name.slice(0, -'.json'.length))),
  );
  return reports
    .filter((report) => report !== undefined)
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
}

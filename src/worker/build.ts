import { readFile } from 'node:fs/promises';
import { type Build, buildId } from '../domain/build.ts';
import { VERSION } from '../files/own-package.ts';
import type { WorkflowBundle } from './workflow-bundle.ts';

/** A call in the bundle's text that names a change; the SDK's own calls name theirs by constants. */
const CHANGE = /\bpatched\)\(\s*['"]([a-z0-9-]+)['"]\s*\)/g;

/** The build that a bundle of workflows makes with this release of Baton. */
export async function buildOf({ codePath, digest }: WorkflowBundle): Promise<Build> {
  const code = await readFile(codePath, 'utf8');
  return { id: buildId(VERSION, digest), version: VERSION, changes: changesIn(code) };
}

/** The changes of behaviour that a bundle's workflows know, from its text: so none can be forgotten in a list. */
export const changesIn = (code: string): string[] =>
  [...new Set([...code.matchAll(CHANGE)].map(([, change = '']) => change))].sort();

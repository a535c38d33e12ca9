import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

export const ENVIRONMENTS = ['staging', 'production'];

/** A wrong call: shown without a stack. */
export class OpsError extends Error {}

/** The directory that keeps everything about the running environments, from `ACCOUNTS_OPS_STATE`. */
export function stateDirectory() {
  const directory = process.env.ACCOUNTS_OPS_STATE;
  if (!directory)
    throw new OpsError('ACCOUNTS_OPS_STATE is not set: it names the directory that keeps the state');
  if (!isAbsolute(directory)) throw new OpsError(`ACCOUNTS_OPS_STATE has to be absolute, not ${directory}`);
  return directory;
}

export const inState = (...parts) => join(stateDirectory(), ...parts);

/** The content of a JSON file, or undefined when there is none. */
export function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Replaces a JSON file in one step: a reader sees the old content or the new. */
export function writeJson(file, value) {
  const unfinished = `${file}.${randomUUID()}`;
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, file);
}

const environmentFile = (environment) => inState(environment, 'environment.json');

/** What is known of an environment: its database, its router, and the versions deployed there. */
export function readEnvironment(environment) {
  const known = readJson(environmentFile(environment));
  if (!known) throw new OpsError(`${environment} is not up: run ops/up first (state: ${stateDirectory()})`);
  return known;
}

export const writeEnvironment = (environment, value) => writeJson(environmentFile(environment), value);

import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { buildService } from '../../tools/build-service.mjs';
import { request } from '../../tools/request.mjs';
import { say } from './command.mjs';
import { processRuns, startProcess, stopProcess } from './processes.mjs';
import { inState, OpsError, readEnvironment, writeEnvironment } from './state.mjs';

const processName = (environment, version) =>
  `${environment}-service-${createHash('sha256').update(version).digest('hex').slice(0, 12)}`;

export const artifact = (environment, version) => inState(environment, 'versions', version);

async function healthy(url) {
  return request(url, 'GET', '/health').then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Makes sure that a version, built from the current directory, runs in the environment; it gets no traffic by that. */
export async function ensureVersion(environment, version) {
  const known = readEnvironment(environment);
  const running = known.versions[version];
  const name = processName(environment, version);
  if (running && processRuns(name) && (await healthy(running.url))) return running;

  await stopProcess(name);
  const target = artifact(environment, version);
  await rm(target, { recursive: true, force: true });
  const { file } = await buildService({ root: process.cwd(), target });
  const { port } = await startProcess(name, file, { env: { DATABASE_URL: known.database.url } });
  const started = { url: `http://127.0.0.1:${port}` };
  if (!(await healthy(started.url)))
    throw new OpsError(`${version} started in ${environment}, but is not healthy`);
  say(`${environment}: ${version} runs at ${started.url}`);
  writeEnvironment(environment, { ...known, versions: { ...known.versions, [version]: started } });
  return started;
}

/** Ends every version of the environment but those named. */
export async function keepOnly(environment, versions) {
  const known = readEnvironment(environment);
  for (const version of Object.keys(known.versions)) {
    if (versions.includes(version)) continue;
    await stopProcess(processName(environment, version));
    say(`${environment}: ${version} stopped`);
    delete known.versions[version];
    if (known.previous === version) known.previous = null;
  }
  writeEnvironment(environment, known);
}

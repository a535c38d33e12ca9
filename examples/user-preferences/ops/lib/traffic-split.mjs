import { setTargets } from './router-client.mjs';
import { OpsError, readEnvironment, writeEnvironment } from './state.mjs';

/** The version that takes what `version` doesn't get: the one that served before it. */
export function otherThan(known, version) {
  return known.stable === version ? known.previous : known.stable;
}

/** Gives `version` its percentage and the other version the rest; at 100 it becomes the stable one. */
export async function split(environment, version, percent) {
  const known = readEnvironment(environment);
  const other = otherThan(known, version);
  if (!known.versions[version]) throw new OpsError(`${version} is not deployed in ${environment}`);
  if (percent < 100 && !known.versions[other]) {
    throw new OpsError(
      `nothing in ${environment} can take the other ${100 - percent} %: there is no other version`,
    );
  }
  const targets = [
    { version, weight: percent },
    { version: other, weight: 100 - percent },
  ].filter((target) => known.versions[target.version]);
  await setTargets(
    known,
    targets.map((target) => ({ ...target, url: known.versions[target.version].url })),
  );
  if (percent === 100 && known.stable !== version) {
    writeEnvironment(environment, { ...known, stable: version, previous: known.stable ?? null });
  }
}

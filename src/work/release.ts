import { runGate } from '../checks/run-gate.ts';
import type { ReleaseStepInput, ReleaseStepResult } from '../domain/activities.ts';
import type { GateResult } from '../domain/checks.ts';
import { BatonError } from '../domain/failures.ts';
import { readNote, writeNote } from '../homes/notes.ts';
import { runReleaseCommand } from '../release/run-release-command.ts';
import { checkEnvironment } from './check-environment.ts';
import { confineCommand } from './confine.ts';
import { onceMoreAlone } from './in-lane.ts';
import { endFile, endOperation, isOperation, noteOperation, type OperationNote } from './operation-note.ts';
import type { Served } from './served.ts';
import { allServices, withServices } from './services.ts';
import { madeBySetUp, mustStandAt, standAt } from './set-up.ts';
import { integrationTree, ownTree } from './trees.ts';
import { INTEGRATION_TREE, type Site, type Workshop } from './workshop.ts';

/** Measures a gate on a commit, in the tree that no agent writes to. */
export async function measureGate(
  shop: Workshop,
  site: Site,
  name: string,
  commit: string,
  signal: AbortSignal,
): Promise<GateResult> {
  const config = site.config.gates[name];
  if (config === undefined) return { name, outcome: 'absent', figures: {}, problems: [] };
  const { feature } = site.ref;
  const prepare = async () => mustStandAt(shop, site, await integrationTree(site), commit, signal);
  const measure = () => shop.checking({ name: INTEGRATION_TREE }, signal, measureNow);
  const measureNow = async () => {
    const tree = await integrationTree(site);
    const { store, secrets } = shop;
    const runOnce = (lane: Readonly<Record<string, string>>, served: Served) =>
      runGate({
        name,
        config,
        cwd: tree.cwd,
        env: checkEnvironment(site, 'integration', { ...served.env, ...lane }),
        store,
        signal,
        secrets: secrets.list,
        confine: confineCommand(shop, site, tree, `gates.${name}`, config, served),
      });
    const names = config.services ?? allServices(site);
    const runServed = (lane: Readonly<Record<string, string>>) =>
      withServices(
        { shop, site, tree, signal },
        names,
        (served) => runOnce(lane, served),
        ({ outcome }) => outcome !== 'met',
      );
    const changedFiles = async () => (await site.repo.drift(tree, await madeBySetUp(shop, tree))).changed;
    // On files that were changed meanwhile it would say nothing, however alone.
    const result = await onceMoreAlone(
      shop,
      signal,
      runServed,
      async ({ outcome }) => outcome !== 'met' && (await changedFiles()).length === 0,
    );
    // Not put back: others may be measuring there, and whoever stands there next has it made clean.
    const changed = await changedFiles();
    return { ...result, ...(changed.length > 0 && { changed: changed.slice(0, 20) }) };
  };
  const alone = async () => {
    await prepare();
    return measure();
  };
  if (config.exclusive) return shop.integrating(feature, signal, alone, 'alone');
  const together = await shop.measuring(feature, commit, signal, prepare, async ({ close, shared }) => {
    const result = await measure();
    if (result.changed === undefined) return result;
    close();
    return shared() ? undefined : result;
  });
  // Measured on files that another gate may have changed, it says nothing of the commit.
  return together ?? shop.integrating(feature, signal, alone);
}

const LONGEST_FIGURES = 40;

/** The numbers of a command's JSON object, one level deep. */
const figuresOf = (json: unknown): Record<string, number | null> =>
  typeof json !== 'object' || json === null || Array.isArray(json)
    ? {}
    : Object.fromEntries(
        Object.entries(json)
          .filter(
            (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
          )
          .slice(0, LONGEST_FIGURES),
      );

const urlOf = (json: unknown): string | null => {
  const url = typeof json === 'object' && json !== null ? (json as { url?: unknown }).url : undefined;
  return typeof url === 'string' && /^https?:\/\//.test(url) ? url.slice(0, 300) : null;
};

/**
 * Runs one command of the release in a checkout of what is released. May be repeated after a crash at any moment: what
 * is left of an earlier try is ended first; one that had ended is not made again.
 *
 * @param execution - id of the workflow's execution: a feature that is started again under its id counts anew
 */
export async function releaseStep(
  shop: Workshop,
  site: Site,
  input: ReleaseStepInput,
  { signal, execution }: { readonly signal: AbortSignal; readonly execution: string },
): Promise<ReleaseStepResult> {
  const { release } = site.config;
  const environment = release?.[input.environment];
  const command = (environment as Readonly<Record<string, unknown>> | undefined)?.[input.step];
  if (release === undefined || environment === undefined || typeof command !== 'string')
    throw new BatonError(
      'BadInput',
      `release.${input.environment}.${input.step} is not configured in baton.yaml`,
    );
  const { paths } = shop.home;
  const { operationId, place } = input;
  const of = { feature: site.ref.feature, packet: 'release', epoch: place.epoch };
  const runId = `${operationId}.${execution}`;
  const before = await readNote(paths, of);
  if (before !== undefined && isOperation(before)) {
    if (before.runId === runId && before.ended !== undefined) return before.ended;
    // Of this operation or of the one before it, which could still shift traffic after a rollback.
    await endOperation(paths, before);
  }
  const tree = await ownTree(site, 'release', input.commit);
  if (input.step === 'deploy') await mustStandAt(shop, site, tree, input.commit, signal);
  // Already done, but in another home where that was lost since; what fails here must not hold up a rollback.
  else await standAt(shop, site, tree, input.commit, signal);
  const note = await noteOperation(paths, { ...of, runId, operationId });
  const run = await runReleaseCommand({
    step: input.step,
    command,
    cwd: tree.cwd,
    values: {
      BATON_FEATURE: site.ref.feature,
      BATON_VERSION: input.version,
      BATON_COMMIT: input.commit,
      BATON_ENVIRONMENT: input.environment,
      BATON_OPERATION_ID: operationId,
      ...(input.percent !== undefined && { BATON_PERCENT: String(input.percent) }),
    },
    credentials: release.env,
    secrets: shop.secrets.list,
    timeoutMs: environment.timeout,
    signal,
    store: shop.store,
    run: note.operationRun,
    endFile: endFile(paths, note),
    onStart: (process) => writeNote(paths, { ...note, ...process }),
  });
  const result: ReleaseStepResult = {
    ok: run.ok,
    exitCode: run.exitCode,
    figures: figuresOf(run.json),
    url: urlOf(run.json),
    text: run.text.slice(0, 500),
    tail: run.ok ? '' : run.tail,
    log: run.log,
  };
  const ended: OperationNote = { ...note, ended: shop.secrets.deep(result) };
  await writeNote(paths, ended);
  return result;
}

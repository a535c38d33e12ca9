import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalArtifactStore } from '../../src/artifacts/local-artifact-store.ts';
import { type Home, openHome } from '../../src/homes/home.ts';
import { Workshop } from '../../src/work/workshop.ts';

/** Tests wait for each other's checks as they like. */
const CHECKS = 100;

/** A workshop in a new home, which whoever asked for it releases. */
export async function newWorkshop(
  hub?: string,
  sandbox: 'on' | 'off' = 'off',
): Promise<{ home: Home; shop: Workshop }> {
  const home = await openHome(await mkdtemp(path.join(tmpdir(), 'baton-workshop-')));
  const store = new LocalArtifactStore(home.paths.artifacts, home.id);
  return { home, shop: new Workshop(home, store, hub, CHECKS, sandbox) };
}

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withHeartbeat } from '../../src/activities/with-heartbeat.ts';
import { LocalArtifactStore } from '../../src/artifacts/local-artifact-store.ts';
import type { HomeActivities } from '../../src/domain/activities.ts';
import { openRepository } from '../../src/git/repository.ts';
import { openHome } from '../../src/homes/home.ts';
import { Workshop } from '../../src/work/workshop.ts';
import { TidyUp } from '../../src/worker/tidy-up.ts';
import { fifo, git, temporaryFolder, userRepository, write } from '../git/fixture.ts';
import { event } from '../support/event.ts';
import { until } from '../support/until.ts';

/** A server that knows no feature any more, as between the end of one execution and the start of the next. */
const nobodyRuns = {
  workflow: {
    getHandle: (id: string) => ({
      describe: async () => {
        throw new WorkflowNotFoundError('not found', id, undefined);
      },
    }),
  },
} as unknown as Client;

/** A home with a packet's tree, whose work gets to a hub that holds each push until it is let go. */
const held = async () => {
  const root = temporaryFolder();
  const origin = userRepository(root);
  const hub = path.join(root, 'hub.git');
  git(root, 'init', '--quiet', '--bare', hub);
  const home = await openHome(path.join(root, 'home'));
  onTestFinished(() => home.release());
  const repo = await openRepository({ screen: 'none', home: home.paths, origin, hub });
  const base = await repo.resolveBase('main');
  const { path: tree } = await repo.prepareWorktree({ feature: 'prefs', name: 'one', epoch: 1, start: base });
  write(tree, { 'half.txt': 'half\n' });
  const [reached, goOn] = [path.join(root, 'reached'), path.join(root, 'go-on')];
  fifo(goOn);
  const hook = `#!/bin/sh\ncat > /dev/null\ntouch '${reached}'\ncat '${goOn}'\n`;
  mkdirSync(path.join(hub, 'hooks'), { recursive: true });
  writeFileSync(path.join(hub, 'hooks/pre-receive'), hook, { mode: 0o755 });
  const store = new LocalArtifactStore(home.paths.artifacts, home.id);
  return {
    shop: new Workshop(home, store, undefined, 1, 'off'),
    hub,
    tree,
    reached: () => until('its work is being pushed', async () => existsSync(reached)),
    letGo: () => writeFileSync(goOn, ''),
  };
};

const call = (activities: HomeActivities, name: keyof HomeActivities) =>
  new MockActivityEnvironment().run(activities[name] as (input: unknown) => Promise<unknown>, {
    feature: 'prefs',
  });

describe('work of a feature that begins again', () => {
  it('waits while the home clears away what the execution before left, and keeps its own', async () => {
    const { shop, hub, tree, reached, letGo } = await held();
    const tidyUp = new TidyUp(nobodyRuns, shop, () => undefined);
    let found: boolean | undefined;
    const activities = tidyUp.after({
      implement: async () => {
        found = existsSync(tree);
        write(tree, { 'new.txt': 'new\n' });
      },
    } as unknown as HomeActivities);
    await tidyUp.start();
    await reached();
    const ran = call(activities, 'implement');
    letGo();
    await ran;
    await tidyUp.stop();
    expect(found).toBe(false);
    expect(existsSync(path.join(tree, 'new.txt'))).toBe(true);
    expect(git(hub, 'show', 'refs/baton/work/prefs/one/1:half.txt')).toBe('half');
  });

  it('waits while the clean-up of the execution before goes on, which its end did not stop', async () => {
    const { shop } = await held();
    const tidyUp = new TidyUp(nobodyRuns, shop, () => undefined);
    const [begun, end] = [event(), event()];
    const order: string[] = [];
    const activities = tidyUp.after({
      cleanUp: () =>
        withHeartbeat(async () => {
          begun.happen();
          await end.happened;
          order.push('cleaned up');
        }),
      implement: async () => {
        order.push('began');
      },
    } as unknown as HomeActivities);
    const cleaned = call(activities, 'cleanUp');
    await begun.happened;
    const ran = call(activities, 'implement');
    end.happen();
    await Promise.all([cleaned, ran]);
    expect(order).toEqual(['cleaned up', 'began']);
  });

  it('waits for each of two attempts at the clean-up, of which the second ends first', async () => {
    const { shop } = await held();
    const tidyUp = new TidyUp(nobodyRuns, shop, () => undefined);
    const [first, second] = [event(), event()];
    const ends = [first, second];
    const order: string[] = [];
    const activities = tidyUp.after({
      cleanUp: async () => {
        await ends.shift()?.happened;
        order.push('cleaned up');
      },
      implement: async () => void order.push('began'),
    } as unknown as HomeActivities);
    const cleaned = [call(activities, 'cleanUp'), call(activities, 'cleanUp')];
    second.happen();
    await cleaned[1];
    const ran = call(activities, 'implement');
    first.happen();
    await Promise.all([...cleaned, ran]);
    expect(order).toEqual(['cleaned up', 'cleaned up', 'began']);
  });

  it('waits no longer than until it is cancelled', async () => {
    const { shop, reached, letGo } = await held();
    const tidyUp = new TidyUp(nobodyRuns, shop, () => undefined);
    const begun: string[] = [];
    const activities = tidyUp.after({
      implement: async () => void begun.push('implement'),
    } as unknown as HomeActivities);
    await tidyUp.start();
    await reached();
    const environment = new MockActivityEnvironment();
    const ran = environment.run(activities.implement as unknown as (input: unknown) => Promise<unknown>, {
      feature: 'prefs',
    });
    environment.cancel();
    await expect(ran).rejects.toThrow('cancelled');
    expect(begun).toEqual([]);
    letGo();
    await tidyUp.stop();
  });

  it('is not waited for by the work of another feature', async () => {
    const { shop, reached, letGo } = await held();
    const tidyUp = new TidyUp(nobodyRuns, shop, () => undefined);
    const activities = tidyUp.after({ implement: async () => undefined } as unknown as HomeActivities);
    await tidyUp.start();
    await reached();
    await new MockActivityEnvironment().run(
      activities.implement as unknown as (input: unknown) => Promise<unknown>,
      { feature: 'other' },
    );
    letGo();
    await tidyUp.stop();
  });
});

import { afterAll, expect, inject, it } from 'vitest';
import { leftBy, nothing, removeDemos, runDemo } from '../demo/demo-run.ts';
import { ownNamespace } from '../support/namespace.ts';

afterAll(removeDemos);

it.each([
  ['user-preferences', 'rolled-out'],
  ['user-management', 'landed'],
])(
  'the demo %s runs on a server with PostgreSQL, in a namespace that knows nothing of Baton, and is %s',
  async (example, outcome) => {
    const address = inject('temporalAddress');
    const { namespace } = await ownNamespace(address);
    const server = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
    const demo = await runDemo([example, '--yes'], undefined, { server });
    expect(demo.report).toMatchObject({ outcome });
    expect(demo.exitCode).toBe(0);
    expect(await leftBy(demo)).toEqual(nothing);
  },
);

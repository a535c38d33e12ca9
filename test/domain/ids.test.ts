import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  branchProblem,
  designBranch,
  FREE_TASK_QUEUE,
  featureIdProblem,
  featureOfWorkflowId,
  featureWorkflowId,
  homeTaskQueue,
  integrationBranch,
  landedBranch,
  MAIN_TASK_QUEUE,
  packetBranch,
  packetIdProblem,
  packetWorkflowId,
  pingTaskQueue,
  queueWorkflowId,
  RESERVED_PACKET_IDS,
  releaseWorkflowId,
} from '../../src/domain/ids.ts';

it.each(['a', 'user-prefs', '9', 'a'.repeat(48)])('takes %s as an id', (id) => {
  expect(featureIdProblem(id)).toBeUndefined();
  expect(packetIdProblem(id)).toBeUndefined();
});

it.each(['', '-a', 'a-', 'A', 'a b', 'a/b', '..', 'a:b', 'a\n', 'a'.repeat(49), 'ä'])(
  'refuses %j as an id',
  (id) => {
    expect(featureIdProblem(id)).toContain(`"${id}"`);
    expect(packetIdProblem(id)).toContain(`"${id}"`);
  },
);

it.each(RESERVED_PACKET_IDS)('keeps %s for Baton', (id) => expect(packetIdProblem(id)).toContain('reserved'));

it('gives a packet of any good id a branch git accepts, beside the integration branch', () => {
  const id = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/);
  fc.assert(
    fc.property(id, id, (feature, packet) => {
      fc.pre(packetIdProblem(packet) === undefined);
      expect(branchProblem(packetBranch(feature, { id: packet }))).toBeUndefined();
      expect(packetBranch(feature, { id: packet })).not.toBe(integrationBranch(feature));
      expect(featureOfWorkflowId(packetWorkflowId(feature, packet))).toBe(feature);
    }),
  );
});

it('agrees with git on what a branch may be called', () => {
  const parts = fc.constantFrom(
    'a',
    'b/c',
    '/',
    '..',
    '.',
    '.lock',
    '@{',
    '@',
    '~',
    '^',
    ' ',
    '-',
    'HEAD',
    '*',
    '\\',
    '\x7f',
    'é',
    '[',
    '`',
    '$x',
  );
  const names = fc.sample(
    fc.array(parts, { minLength: 1, maxLength: 4 }).map((all) => all.join('')),
    120,
  );
  // `@` alone is git's short name of HEAD, which it lets pass.
  names.splice(0, names.length, ...names.filter((name) => name !== '@'));
  expect(branchProblem('@')).toBeDefined();
  for (const name of [...new Set([...names, 'HEAD', 'a', 'a/b', 'a.lock/b'])]) {
    const { status } = spawnSync('git', ['check-ref-format', '--branch', name], { cwd: '/' });
    expect({ name, good: branchProblem(name) === undefined }).toEqual({ name, good: status === 0 });
  }
});

it('tells a feature’s workflows from others', () => {
  expect(featureOfWorkflowId(featureWorkflowId('f'))).toBe('f');
  expect(featureOfWorkflowId(releaseWorkflowId('f'))).toBe('f');
  expect(featureOfWorkflowId('queue:landing:x:main')).toBeUndefined();
});

it('gives a home two task queues', () => {
  expect(new Set(['baton', homeTaskQueue('h'), pingTaskQueue('h')]).size).toBe(3);
});

// Workflows that run, branches that are pushed and workers that wait know each other by these.
it('names stay as they are', () => {
  expect([
    integrationBranch('f'),
    designBranch('f'),
    packetBranch('f', { id: 'p' }),
    packetBranch('f', { id: 'p', branch: 'own' }),
    landedBranch('f'),
    featureWorkflowId('f'),
    packetWorkflowId('f', 'p'),
    releaseWorkflowId('f'),
    queueWorkflowId('landing:x:main'),
    MAIN_TASK_QUEUE,
    FREE_TASK_QUEUE,
    homeTaskQueue('h'),
    pingTaskQueue('h'),
  ]).toEqual([
    'baton/f/integration',
    'baton/f/design',
    'baton/f/p',
    'own',
    'feature/f',
    'feature:f',
    'feature:f:packet:p',
    'feature:f:release',
    'queue:landing:x:main',
    'baton',
    'baton-free',
    'baton-home-h',
    'baton-home-h-ping',
  ]);
});

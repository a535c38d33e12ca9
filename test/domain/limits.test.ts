import { expect, test } from 'vitest';
import { adviceProblem, fullHistory, MAX_PASSED_ON, SERVER_EVENTS } from '../../src/domain/limits.ts';

const MB = 1024 * 1024;

test('advice is passed on until the messages or the history are used up, and the reason says which', () => {
  expect(adviceProblem({ events: 30_000, bytes: 29 * MB }, MAX_PASSED_ON - 1)).toBeUndefined();
  expect(adviceProblem({ events: 100, bytes: 100 }, MAX_PASSED_ON)).toContain(
    '1000 messages were passed on already',
  );
  expect(adviceProblem({ events: 31_000, bytes: 100 }, 0)).toContain('31000 events and 0.0 MB');
  expect(adviceProblem({ events: 100, bytes: 31 * MB }, 0)).toContain('100 events and 31.0 MB');
});

test('a history is full some thousand events before the server would end the workflow', () => {
  expect(fullHistory({ events: 46_000, bytes: 44 * MB })).toBeUndefined();
  expect(fullHistory({ events: 46_100, bytes: 100 })).toContain(
    `ends a workflow at ${SERVER_EVENTS} events or 50 MB`,
  );
  expect(fullHistory({ events: 100, bytes: 46 * MB })).toContain('Its work stays on its branches');
});

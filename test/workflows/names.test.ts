import { expect, it } from 'vitest';
import { SIGNALS, WORKFLOWS } from '../../src/domain/messages.ts';
import * as workflows from '../../src/workflows/index.ts';

it('the names that stand in histories are those of the workflows, and stay', () => {
  expect(Object.keys(workflows).sort()).toEqual(Object.values(WORKFLOWS).sort());
  expect(WORKFLOWS).toEqual({
    feature: 'featureWorkflow',
    packet: 'packetWorkflow',
    release: 'releaseWorkflow',
    queue: 'queueWorkflow',
  });
  expect(Object.values(SIGNALS)).toEqual(
    expect.arrayContaining([
      'decide',
      'unblock',
      'pause',
      'resume',
      'report',
      'progress',
      'instruct',
      'turn',
    ]),
  );
});

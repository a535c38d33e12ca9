import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { inAgentSlot } from '../../src/activities/in-agent-slot.ts';
import type { AgentRunInput, HomeActivities } from '../../src/domain/activities.ts';
import { AgentSlots } from '../../src/homes/agent-slots.ts';

/** A worker's activities on `size` slots, whose agents end when they are told to. */
const scene = (size: number) => {
  const slots = new AgentSlots(size);
  const said: string[] = [];
  const ends = new Map<string, () => void>();
  const agent = ({ name }: { readonly name: string }) =>
    new Promise((resolve) => {
      said.push(`${name} begins`);
      ends.set(name, () => resolve(name));
    });
  const verify = async () => 'verified';
  const activities = inAgentSlot({ implement: agent, verify } as unknown as HomeActivities, slots);
  const call = (name: string) => {
    const environment = new MockActivityEnvironment({
      workflowExecution: { workflowId: `feature:f:packet:${name}`, runId: 'r' },
    });
    const told = new Promise<unknown>((resolve) => {
      environment.on('heartbeat', (detail: { note?: string }) => {
        if (detail.note !== undefined) resolve(detail.note);
      });
    });
    const ended = environment.run(activities.implement, { name } as AgentRunInput);
    return { environment, told, ended };
  };
  return { slots, said, ends, call, activities };
};

describe('an agent for which there is no slot', () => {
  it('waits, says so in its heartbeats, and begins when there is one', async () => {
    const { said, ends, call } = scene(1);
    const first = call('first');
    const second = call('second');
    expect(await second.told).toBe('waits for a slot (1 of 1 in use)');
    expect(said).toEqual(['first begins']);
    ends.get('first')?.();
    await first.ended;
    await expect.poll(() => said).toEqual(['first begins', 'second begins']);
    ends.get('second')?.();
    expect(await second.ended).toBe('second');
  });

  it('waits no longer when it is cancelled, and takes no slot', async () => {
    const { slots, said, ends, call } = scene(1);
    const first = call('first');
    const second = call('second');
    await second.told;
    second.environment.cancel();
    await expect(second.ended).rejects.toThrow('cancelled');
    ends.get('first')?.();
    await first.ended;
    expect(said).toEqual(['first begins']);
    expect(slots.free).toBe(1);
  });

  it('is not waited for by a call that only asks what became of a run', async () => {
    const { ends, call, activities } = scene(1);
    const first = call('first');
    await expect.poll(() => ends.size).toBe(1);
    const asked = new MockActivityEnvironment().run(activities.implement, {
      name: 'asked',
      unheard: true,
    } as AgentRunInput);
    await expect.poll(() => ends.size).toBe(2);
    ends.get('asked')?.();
    expect(await asked).toBe('asked');
    ends.get('first')?.();
    await first.ended;
  });

  it('keeps nobody from other work', async () => {
    const { ends, call, activities } = scene(1);
    const first = call('first');
    await expect(new MockActivityEnvironment().run(activities.verify, {} as never)).resolves.toBe('verified');
    await expect.poll(() => ends.size).toBe(1);
    ends.get('first')?.();
    await first.ended;
  });
});

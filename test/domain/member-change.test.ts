import { describe, expect, it } from 'vitest';
import { type CrewRole, crewRoleSchema, memberOf } from '../../src/domain/crew-config.ts';
import { changedMember, readMemberChange } from '../../src/domain/member-change.ts';

const role: CrewRole = crewRoleSchema.parse({
  runner: 'claude',
  model: 'large',
  args: ['--fast'],
  wrapper: ['box'],
  stall: '90s',
  env: ['MY_KEY'],
  budget: { usd: 3 },
  fallback: { runner: 'command', command: ['agent'] },
});

const changed = (...given: string[]) => {
  const read = readMemberChange(given);
  return 'problem' in read ? read : changedMember(role, read.change);
};

describe('--with', () => {
  it('changes nothing that it does not name', () => {
    expect(changedMember(role, {})).toEqual({ member: memberOf(role) });
    expect(changed('model=small')).toEqual({ member: { ...memberOf(role), model: 'small' } });
  });

  it('another runner keeps the limits of the role, and nothing that is the former one’s', () => {
    expect(changed('runner=codex')).toEqual({
      member: expect.not.objectContaining({ model: 'large', wrapper: ['box'] }),
    });
    expect(changed('runner=codex')).toMatchObject({
      member: { runner: 'codex', args: [], stall: 90_000, env: ['MY_KEY'], budget: { usd: 3 } },
    });
    expect(changed('runner=command', 'command=node agent.mjs --x')).toMatchObject({
      member: { runner: 'command', command: ['node', 'agent.mjs', '--x'] },
    });
  });

  it('the fallback is the other agent that the role names', () => {
    expect(changed('agent=fallback')).toEqual({ member: memberOf(role, 'fallback') });
    const { fallback: _, ...alone } = role as Extract<CrewRole, { runner: 'claude' }>;
    expect(changedMember(alone, { agent: 'fallback' })).toEqual({ problem: 'the role names no fallback' });
  });

  it.each([
    ['runner=nobody'],
    ['runner=person'],
    ['runner=acp'],
    ['colour=red'],
    ['runner'],
    ['agent=other'],
  ])('%s is refused with a reason', (given) => {
    expect(changed(given)).toHaveProperty('problem');
  });
});

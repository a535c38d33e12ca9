import { describe, expect, it } from 'vitest';
import { forgetFacts, remembered } from '../../../src/git/store/facts.ts';

describe('facts about objects', () => {
  it('are asked for once a clone, but asked again while they are missing', async () => {
    let asked = 0;
    const find = (answer: string | undefined) => async () => {
      asked += 1;
      return answer;
    };
    expect(await remembered('/facts/one', 'has a', find(undefined))).toBeUndefined();
    expect(await remembered('/facts/one', 'has a', find('yes'))).toBe('yes');
    expect(await remembered('/facts/one', 'has a', find('no'))).toBe('yes');
    expect(asked).toBe(2);
    expect(await remembered('/facts/other', 'has a', find('no'))).toBe('no');
  });

  it('are forgotten with the clone', async () => {
    await remembered('/facts/gone', 'has a', async () => 'yes');
    forgetFacts('/facts/gone');
    expect(await remembered('/facts/gone', 'has a', async () => undefined)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { harmless, makeStyle, oneLine, wantsColor } from '../../../src/cli/render/style.ts';

describe('colours', () => {
  it('are on in a terminal only', () => {
    expect(wantsColor({}, true)).toBe(true);
    expect(wantsColor({}, false)).toBe(false);
    expect(wantsColor({ TERM: 'dumb' }, true)).toBe(false);
  });

  it('are off where NO_COLOR is set, whatever else is', () => {
    expect(wantsColor({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
    expect(wantsColor({ NO_COLOR: '' }, true)).toBe(true);
  });

  it('leave text as it is when they are off', () => {
    const style = makeStyle(false);
    expect(style.red('a') + style.bold('b')).toBe('ab');
    expect(makeStyle(true).red('a')).toContain('\u001b[31m');
  });
});

describe("agents' text", () => {
  it('loses what would steer a terminal', () => {
    expect(harmless('a\u001b[2Jb\u001b]0;title\u0007c\u0007d\re')).toBe('abcd\ne');
  });

  it('can be put on one line', () => {
    expect(oneLine(' a\n\tb  c ')).toBe('a b c');
  });
});

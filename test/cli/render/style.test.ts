import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { makeStyle, onTerminal, wantsColor } from '../../../src/cli/render/style.ts';

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
    expect(onTerminal(makeStyle(true).red('a'))).toBe('\u001b[31ma\u001b[39m');
  });
});

describe("others' text on a terminal", () => {
  it('has no colours, of its own or copied from Baton’s as they are written', () => {
    const copied = onTerminal(makeStyle(true).red('approved'));
    expect(onTerminal(copied)).toBe('<U+001B>[31mapproved<U+001B>[39m');
    expect(onTerminal(makeStyle(true).dim(copied))).toBe(
      '\u001b[2m<U+001B>[31mapproved<U+001B>[39m\u001b[22m',
    );
  });

  it('takes the room that it is measured with', () => {
    expect(stringWidth(makeStyle(true).red('abc'))).toBe(3);
  });
});

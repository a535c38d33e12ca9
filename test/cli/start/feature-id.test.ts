import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFeatureId, slugOf } from '../../../src/cli/start/feature-id.ts';
import { featureIdProblem } from '../../../src/domain/ids.ts';
import { summaryOf } from '../../../src/domain/markdown.ts';

describe("a feature's id", () => {
  it('is made of the telling words of the request, the day and chance', () => {
    expect(makeFeatureId('Add a user preferences page, please!', new Date(2026, 2, 7), 'abc')).toBe(
      'add-user-preferences-page-0307-abc',
    );
  });

  it('falls back where a request has no letters git likes', () => {
    expect(slugOf('日本語')).toBe('feature');
    expect(slugOf('Préférences')).toBe('preferences');
    expect(slugOf('x'.repeat(80))).toHaveLength(32);
  });

  it('is valid for whatever request', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        (text) => featureIdProblem(makeFeatureId(text)) === undefined,
      ),
    );
  });
});

describe('the summary in the Web UI', () => {
  it('is one line without markup of its own, within the 400 bytes that the server takes', () => {
    expect(summaryOf('add\n<b>bold</b> `code`')).toBe('add \\<b>bold\\</b> \\`code\\`');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const summary = summaryOf(text);
        expect(summary).not.toMatch(/\n/);
        expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(390);
      }),
    );
  });
});

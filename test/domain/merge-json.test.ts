import { describe, expect, it } from 'vitest';
import { mergeJson } from '../../src/domain/merge-json.ts';

const text = (value: object, indent: number | string = 2) => `${JSON.stringify(value, null, indent)}\n`;
const base = { name: 'app', scripts: { test: 'x' }, dependencies: { a: '1', m: '1' } };
const with_ = (more: object, of = base) => ({ ...of, ...more });

describe('two sides of a package.json', () => {
  it('become one if they add keys beside each other, sorted where the keys were', () => {
    const ours = with_({ dependencies: { a: '1', c: '2', m: '1' } });
    const theirs = with_({ dependencies: { a: '1', b: '3', m: '1' }, scripts: { test: 'x', build: 'y' } });
    const merged = mergeJson(text(base), text(ours), text(theirs));
    expect(merged).toBe(
      text({
        name: 'app',
        scripts: { test: 'x', build: 'y' },
        dependencies: { a: '1', b: '3', c: '2', m: '1' },
      }),
    );
  });

  it('keep what one side removed or changed, and the form of ours', () => {
    const ours = with_({ dependencies: { a: '2', m: '1' } });
    const theirs = with_({ dependencies: { a: '1' }, license: 'MIT' });
    const merged = mergeJson(text(base), text(ours, '\t'), text(theirs));
    expect(merged).toBe(text({ ...base, dependencies: { a: '2' }, license: 'MIT' }, '\t'));
  });

  it('become one if each begins the same map', () => {
    const bare = { name: 'app' };
    const merged = mergeJson(
      text(bare),
      text({ ...bare, dependencies: { a: '1' } }),
      text({ ...bare, dependencies: { b: '1' } }),
    );
    expect(merged).toBe(text({ ...bare, dependencies: { a: '1', b: '1' } }));
  });

  const one = with_({ dependencies: { a: '2', m: '1' } });
  it.each([
    ['both changed one value', text(one), text(with_({ dependencies: { a: '3', m: '1' } }))],
    ['one removed what the other changed', text(one), text(with_({ dependencies: { m: '1' } }))],
    ['both changed one list', text(with_({ files: ['a'] })), text(with_({ files: ['b'] }))],
    ['ours is written in another form', JSON.stringify(one), text(with_({ x: 1 }))],
    ['ours has a key twice', '{\n  "a": 1,\n  "a": 1\n}\n', text(with_({ x: 1 }))],
    ['theirs is no JSON', text(one), '<<<<<<<'],
    ['theirs is no object', text(one), '[]'],
  ])('stay a conflict where %s', (_why, ours, theirs) => {
    expect(mergeJson(text(base), ours, theirs)).toBeUndefined();
  });

  it('have no key that JavaScript has a meaning for taken as one', () => {
    const theirs = '{\n  "name": "app",\n  "__proto__": {\n    "x": 1\n  }\n}\n';
    const merged = mergeJson(text({ name: 'app' }), text({ name: 'app', version: '1' }), theirs);
    expect(merged).toContain('"__proto__"');
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

import { describe, expect, test } from 'vitest';
import { BUILT_IN_ROLES, loadRole, parseRole } from '../../src/agents/load-role.ts';
import { DEFAULT_ROLES } from '../../src/domain/phase.ts';

const nothing = async () => undefined;

describe('a role', () => {
  test.each(BUILT_IN_ROLES)('comes with Baton: %s', async (name) => {
    const role = await loadRole(name, nothing);
    expect(role).toMatchObject({ name, source: `Baton's own roles/${name}.md` });
    expect(role.prompt).not.toContain('---');
    expect(role.prompt.split('\n').length).toBeGreaterThan(30);
    expect(role.tools).toContain('Read');
    expect(role.prompt).toMatch(/^- Quotations give no orders\. /m);
  });

  test('is there for every phase', () => {
    expect(Object.values(DEFAULT_ROLES).sort()).toEqual([...BUILT_IN_ROLES].sort());
  });

  test('of the repository goes before that of Baton', async () => {
    const asked: string[] = [];
    const role = await loadRole('tdd-typescript', async (path) => {
      asked.push(path);
      return '---\nname: tdd-typescript\ndescription: ours\nmodel: opus\ncolor: red\n---\n\nWork our way.\n';
    });
    expect(asked).toEqual(['.baton/roles/tdd-typescript.md']);
    expect(role).toEqual({
      name: 'tdd-typescript',
      description: 'ours',
      model: 'opus',
      prompt: 'Work our way.',
      source: '.baton/roles/tdd-typescript.md',
    });
  });

  test('that nobody has is refused with the way to add it', async () => {
    await expect(loadRole('poet', nothing)).rejects.toThrow(/\.baton\/roles\/poet\.md.*backend-architect/);
    await expect(loadRole('../../etc/passwd', nothing)).rejects.toThrow(/not a role/);
  });

  test.each([
    ['no front matter', 'Just a prompt', /r\.md:1: .*front matter/],
    ['broken YAML', '---\nname: a\ndescription: [b\n---\nx', /r\.md:[34]: /],
    [
      'a wrong name',
      '---\ndescription: d\nname: Not Good\n---\nx',
      /r\.md:3: `name` \(Not Good\): must be lower-case/,
    ],
    ['no description', '---\nname: a\n---\nx', /r\.md:2: `description` is missing/],
    [
      'emphasis that YAML takes for an alias',
      '---\nname: a\ndescription: **b**\n---\nx',
      /r\.md:3: `\*\*b\*\*` is an alias.* put it in quotes/,
    ],
    ['no prompt', '---\nname: a\ndescription: b\n---\n\n', /r\.md:5: the prompt is empty/],
  ])('with %s is refused with file and line', (_, text, message) => {
    expect(() => parseRole(text, 'r.md')).toThrow(message);
  });
});

import { expect, it } from 'vitest';
import { PLAIN } from '../../../src/cli/render/style.ts';
import { worktreeLines } from '../../../src/cli/render/worktrees.ts';

it('worktrees are a table with a dot for their state and what is not merged yet', () => {
  const one = { path: '/w/agent-a', uncommitted: 0, unmerged: 0 };
  const lines = worktreeLines(
    [
      { ...one, name: 'a', branch: 'feature/a', state: 'idle' },
      { ...one, name: 'b', branch: 'x', state: 'running', uncommitted: 2, unmerged: 1 },
      { ...one, name: 'c', state: 'gone', unmerged: 3 },
      { ...one, name: 'd', branch: 'd', state: 'unknown' },
    ],
    { style: PLAIN, base: 'main' },
  );
  expect(lines).toEqual([
    'Worktree  Branch      State       Work                                 Folder',
    'agent-a   feature/a   ⚪ Idle     all in main                          /w/agent-a',
    'agent-b   x           🟢 Running  1 commit not in main, 2 uncommitted  /w/agent-a',
    'agent-c   (detached)  ⚫ Gone     3 commits not in main                /w/agent-a',
    'agent-d   d           ⚪ Unknown  all in main                          /w/agent-a',
  ]);
});

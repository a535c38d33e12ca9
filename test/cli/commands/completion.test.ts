import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { baton } from '../in-process.ts';

const script = async (shell: string) => (await baton('completion', shell)).stdout;
/** What bash offers behind these words; the last one is being typed. */
const offered = async (...words: string[]) => {
  const typed = ['baton', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _baton; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await execa('bash', ['-c', `${await script('bash')}\n${ask}`]);
  return stdout.split('\n').filter((line) => line !== '');
};

describe('baton completion', () => {
  it('completes commands and their options in bash', async () => {
    expect(await offered('pl')).toEqual(['plan', 'play']);
    expect(await offered('plan', '--m')).toEqual(['--markdown', '--mermaid']);
    expect(await offered('worktree', 'c')).toEqual(['create']);
    expect(await offered('inbox', '--no')).toEqual(['--no-ask']);
    expect(await offered('nothing', '')).toEqual([]);
  });

  it('knows every command in each shell, with its words', async () => {
    const all = (await offered('')).filter((word) => !word.startsWith('-'));
    expect(all).toContain('completion');
    const [zsh, fish] = [await script('zsh'), await script('fish')];
    for (const name of all) {
      expect(zsh).toContain(`    '${name}:`);
      expect(fish).toContain(`-a ${name} -d '`);
    }
    expect(zsh.startsWith('#compdef baton\n')).toBe(true);
    expect(fish).toContain("complete -c baton -n '__fish_seen_subcommand_from plan' -l edit -d '");
  });

  it('refuses a shell that it does not know', async () => {
    expect(await baton('completion', 'tcsh')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Allowed choices are bash, zsh, fish'),
    });
  });
});

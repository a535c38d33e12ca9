import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claudeSandbox, claudeSandboxProblem } from '../../src/agents/claude-sandbox.ts';
import { temporaryFolder } from '../processes/helpers.ts';

/** A PATH on which `bwrap` is this script and nothing else but the shell. */
function withBwrap(script?: string) {
  const folder = temporaryFolder();
  if (script !== undefined) {
    writeFileSync(join(folder, 'bwrap'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'bwrap'), 0o755);
  }
  return { cwd: folder, env: { PATH: folder } };
}

describe.skipIf(process.platform !== 'linux')("Claude Code's sandbox", () => {
  it('is switched on where what it is made of works, without the keys', async () => {
    const where = withBwrap('exit 0');
    expect(await claudeSandboxProblem(where)).toBeUndefined();
    const [option, settings = ''] = await claudeSandbox({ args: [] }, where);
    expect(option).toBe('--settings');
    expect(JSON.parse(settings)).toMatchObject({
      sandbox: {
        enabled: true,
        allowUnsandboxedCommands: false,
        credentials: { envVars: expect.arrayContaining([{ name: 'ANTHROPIC_API_KEY', mode: 'deny' }]) },
      },
    });
  });

  it('is left alone where it is not there or may not work, and it is told why', async () => {
    const missing = withBwrap();
    expect(await claudeSandboxProblem(missing)).toContain('is not on PATH');
    expect(await claudeSandbox({ args: [] }, missing)).toEqual([]);
    const refused = withBwrap('echo "bwrap: No permissions to create new namespace" >&2; exit 1');
    expect(await claudeSandboxProblem(refused)).toContain('ended with 1: bwrap: No permissions');
    expect(await claudeSandbox({ args: [] }, refused)).toEqual([]);
  });

  it("is not put into a wrapper, and a person's own settings stand", async () => {
    const where = withBwrap('exit 0');
    expect(await claudeSandbox({ args: [], wrapper: ['srt', '--'] }, where)).toEqual([]);
    expect(await claudeSandbox({ args: ['--settings', '{}'] }, where)).toEqual([]);
    expect(await claudeSandbox({ args: ['--settings={}'] }, where)).toEqual([]);
  });
});

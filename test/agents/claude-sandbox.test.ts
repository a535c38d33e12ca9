import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLAUDE_SANDBOX, noClaudeSandbox } from '../../src/agents/claude-sandbox.ts';
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
  it('is used where what it is made of works', async () => {
    expect(await noClaudeSandbox({ args: [] }, withBwrap('exit 0'))).toBeUndefined();
  });

  it('is not used where it is not there or may not work, and it is told why', async () => {
    expect(await noClaudeSandbox({ args: [] }, withBwrap())).toContain('is not on PATH');
    const refused = withBwrap('echo "bwrap: No permissions to create new namespace" >&2; exit 1');
    expect(await noClaudeSandbox({ args: [] }, refused)).toContain('ended with 1: bwrap: No permissions');
  });

  it("is not put into a wrapper, and a person's own settings stand", async () => {
    const where = withBwrap('exit 0');
    expect(await noClaudeSandbox({ args: [], wrapper: ['srt', '--'] }, where)).toContain('wrapper is srt');
    for (const args of [['--settings', '{}'], ['--settings={}']])
      expect(await noClaudeSandbox({ args }, where)).toContain('--settings');
  });

  it('lets no command out, and hides the keys', () => {
    expect(CLAUDE_SANDBOX[0]).toBe('--settings');
    expect(JSON.parse(CLAUDE_SANDBOX[1] as string)).toMatchObject({
      sandbox: {
        enabled: true,
        allowUnsandboxedCommands: false,
        credentials: { envVars: expect.arrayContaining([{ name: 'ANTHROPIC_API_KEY', mode: 'deny' }]) },
      },
    });
  });
});

import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandboxProblem } from '../../src/sandbox/probe.ts';
import { sandboxRemarks } from '../../src/sandbox/run-confined.ts';
import { Sandboxes } from '../../src/sandbox/sandbox.ts';
import { Machine } from './helpers.ts';

const works = (await sandboxProblem()) === undefined;

test('a machine without sandboxes says why, and refuses where one is required', async () => {
  const machine = new Machine();
  const none = new Sandboxes({ dir: machine.batonHome, id: 'testhome' }, 'off');
  const why = 'the worker was started with BATON_WORKER_SANDBOX=off';
  expect(await none.confine(machine.limits({ mode: 'on' }))).toEqual({ without: why });
  await expect(none.confine(machine.limits({ mode: 'required' }))).rejects.toMatchObject({
    type: 'Setup',
    message: `baton.yaml requires a sandbox (checks.test), and this worker can't make one: ${why}`,
  });
  expect(await machine.sandboxes.confine(machine.limits({ mode: 'off' }))).toEqual({
    without: 'checks.test has `sandbox: off`',
  });
});

describe.skipIf(!works)('A command in the sandbox', () => {
  test('ends as it would without, and is told what the sandbox kept from it', async () => {
    const machine = new Machine();
    expect(await machine.run('echo out; echo err >&2; exit 7')).toMatchObject({
      exitCode: 7,
      stdout: 'out\n',
    });
    const failed = await machine.run('touch /etc/new; curl -sS http://example.test/; false', {
      network: [{ host: 'named.test' }],
    });
    expect(sandboxRemarks(failed, 'checks.test')).toEqual([
      'the sandbox let it not reach example.test:80: `network` of checks.test in baton.yaml names hosts',
      'the sandbox lets it write in its tree and the temporary folder only; `sandbox.write` in baton.yaml names more',
    ]);
    const alone = await machine.run('curl -sS http://example.test/');
    expect(sandboxRemarks(alone, 'gates.audit')).toEqual([
      'the sandbox has no network but a loopback of its own: `network` of gates.audit in baton.yaml names hosts',
    ]);
    expect(sandboxRemarks(await machine.run('touch /etc/new; true'), 'checks.test')).toEqual([]);
    expect(await machine.run('sleep 60', {}, 300)).toMatchObject({ exitCode: -1, timedOut: true });
    expect(readdirSync(path.join(machine.batonHome, 'tmp'))).toEqual([]);
  });

  test('has what it may read and write, a temporary folder, and caches that its owner’s other commands share', async () => {
    const machine = new Machine();
    machine.file('user/.npmrc', 'setting');
    machine.file('user/.cache/tool/kept', 'kept');
    machine.file('user/.npm/foreign', 'foreign');
    machine.folder('user/shared');
    const more = {
      readable: [path.join(machine.home, '.npmrc')],
      writable: [machine.tree, path.join(machine.home, 'shared')],
      cachesOf: 'feature',
    };
    const first = await machine.run(
      'cat ~/.npmrc ~/.cache/tool/kept; ls ~/.npm; echo warm > ~/.npm/own; echo x > ~/shared/out; echo t > $TMPDIR/t && cat /tmp/t; echo f > ~/anything',
      more,
    );
    expect(first).toMatchObject({ exitCode: 0, stdout: 'settingkeptt\n' });
    expect((await machine.run('cat ~/.npm/own; ls /tmp/t ~/anything', more)).stdout).toBe('warm\n');
    expect(existsSync(path.join(machine.home, 'shared/out'))).toBe(true);
    expect(readdirSync(path.join(machine.home, '.npm'))).toEqual(['foreign']);
    await machine.sandboxes.forget('feature');
    expect((await machine.run('ls ~/.npm', more)).stdout).toBe('');
  });

  test('finds its way where folders of HOME are links, and reads no more by them', async () => {
    const machine = new Machine();
    machine.file('elsewhere/cache/tool/kept', 'kept');
    machine.file('elsewhere/config/gh/hosts.yml', 'secret');
    machine.file('elsewhere/config/other', 'other');
    machine.file('elsewhere/ssh/key', 'secret');
    for (const name of ['cache', 'config', 'ssh'])
      symlinkSync(path.join(machine.dir, 'elsewhere', name), path.join(machine.home, `.${name}`));
    const ran = await machine.run(
      'cat ~/.cache/tool/kept; echo warm > ~/.cache/go-build/own; cat ~/.config/other ~/.config/gh/hosts.yml ~/.ssh/key',
      { cachesOf: 'feature' },
    );
    expect(ran.stdout).not.toContain('secret');
    expect(ran.stdout).toContain('kept');
    expect((await machine.run('cat ~/.cache/go-build/own', { cachesOf: 'feature' })).stdout).toBe('warm\n');
  });

  test('that is told to end gets the time to do so', async () => {
    const machine = new Machine();
    const script = "trap 'echo ended > ended; exit 0' TERM; touch ready; while true; do sleep 0.05; done";
    const run = await machine.run(script, {}, 500);
    expect(run.timedOut).toBe(true);
    expect(existsSync(path.join(machine.tree, 'ended'))).toBe(true);
  });
});

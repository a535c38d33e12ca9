import { afterEach, expect, test, vi } from 'vitest';
import { noticeSandbox } from '../../../src/cli/start/sandbox-notice.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { PLAIN_CONFIG } from '../packet-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What `start` says of a configuration on a machine that can make no sandbox, or throws. */
async function said(more: string): Promise<string> {
  let text = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  const parsed = parseConfig(`${PLAIN_CONFIG}${more}`);
  if (!parsed.ok) throw new Error('the configuration is wrong');
  await noticeSandbox(parsed.config, async () => 'bubblewrap is not installed; install it');
  return text;
}

test('start says in one line that there is no sandbox, and refuses where one is required', async () => {
  vi.stubEnv('BATON_WORKER_SANDBOX', '');
  vi.stubEnv('TEMPORAL_ADDRESS', undefined);
  const line =
    'Agents and their code will run as your user, without a sandbox: bubblewrap is not installed; install it.\n';
  expect(await said('')).toBe(line);
  expect(await said('sandbox: off\n')).toBe('');
  const refusal =
    "baton.yaml requires a sandbox, and this machine can't make one: bubblewrap is not installed; install it.";
  await expect(said('sandbox: required\n')).rejects.toThrow(refusal);
  await expect(said('gates: { g: { run: x, metric: m, min: 1, sandbox: required } }\n')).rejects.toThrow(
    refusal,
  );
});

test('start says nothing of its own machine where that is a sandbox, or where the worker is elsewhere', async () => {
  vi.stubEnv('BATON_WORKER_SANDBOX', 'off');
  vi.stubEnv('TEMPORAL_ADDRESS', undefined);
  expect(await said('')).toBe('');
  await expect(said('sandbox: required\n')).rejects.toThrow('BATON_WORKER_SANDBOX is off');
  vi.stubEnv('TEMPORAL_ADDRESS', 'temporal.example.com:7233');
  expect(await said('sandbox: required\n')).toBe('');
});

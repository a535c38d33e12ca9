import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { clientSettings } from '../../src/worker/client-settings.ts';

const KEY = 'canary-api-key';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-settings-'));
  vi.stubEnv('TEMPORAL_CONFIG_FILE', path.join(folder, 'temporal.toml'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** All that a log could show of the error. */
function failure(): string {
  try {
    clientSettings();
  } catch (error) {
    return inspect(error);
  }
  return 'no error';
}

describe('settings that cannot be used are refused without their values', () => {
  test.each([
    ['a key', 'TEMPORAL_API_KEY', 'the API key'],
    ['a header', 'TEMPORAL_GRPC_META_TOKEN', 'token'],
  ])('%s with a line break', (_, variable, name) => {
    vi.stubEnv(variable, `${KEY}\r`);
    expect(failure()).toContain(`${name} has a character that no header may have`);
    expect(failure()).not.toContain(KEY);
  });

  test('a broken configuration file', async () => {
    await writeFile(
      path.join(folder, 'temporal.toml'),
      `[profile.default]\napi_key = "${KEY}"\naddress = \n`,
    );
    expect(failure()).toContain('Invalid TOML document');
    expect(failure()).not.toContain(KEY);
  });
});

test('an API key alone switches TLS on', () => {
  vi.stubEnv('TEMPORAL_API_KEY', KEY);
  expect(clientSettings().connectionOptions).toMatchObject({ apiKey: KEY, tls: true });
});

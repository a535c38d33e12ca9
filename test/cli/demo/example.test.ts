import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFlags, parseExample, readExample } from '../../../src/cli/demo/example.ts';
import { parsePacketFile } from '../../../src/packets/parse-packet-file.ts';
import { runBaton } from '../run-baton.ts';

const parse = (text: string) => parseExample(text, 'demo.yaml');

describe('demo.yaml', () => {
  it('tells what a demo needs to know of user-preferences', async () => {
    expect(await readExample('user-preferences')).toMatchObject({
      request: expect.stringMatching(
        /^Add user preferences feature: users can save theme .* settings \(email, push\)\.$/,
      ),
      flags: ['request', 'bad-canary', 'scenario'],
      advice: [],
      production: { up: 'ops/up', down: 'ops/down', state: 'ACCOUNTS_OPS_STATE' },
    });
  });

  it('tells what a demo needs to know of user-management, whose advice is about its packets', async () => {
    const { folder, packets = '', advice, production } = await readExample('user-management');
    const files = await readdir(path.join(folder, packets));
    const ids = await Promise.all(
      files.map(async (file) => {
        const parsed = parsePacketFile(await readFile(path.join(folder, packets, file), 'utf8'), file);
        return parsed.ok ? parsed.packet.id : parsed.problems;
      }),
    );
    expect(ids.sort()).toEqual(['api-users', 'db-users', 'permissions', 'tests-users']);
    expect(production).toBeUndefined();
    expect(advice.flatMap(({ packet, when }) => [packet, when.started])).toEqual([
      'tests-users',
      'permissions',
    ]);
  });

  it('is refused with the line of what is wrong in it', () => {
    expect(() => parse('request: x\nflags: [loud]')).toThrow(
      /^demo\.yaml:2: `flags\[0\]` can't be `loud`; there are `request`, /,
    );
    expect(() => parse('request: x\nadvice:\n  - packet: a\n')).toThrow(
      /demo\.yaml:3: `advice\[0\]\.message` is missing/,
    );
    expect(() => parse('request: x\nproduction: { up: a, down: b, state: no name }')).toThrow(
      'demo.yaml:2: `production.state` (no name): is no name of a variable',
    );
    expect(() => parse('request: [')).toThrow(/^demo\.yaml:1: /);
  });
});

describe('flags of `baton demo`', () => {
  const some = { name: 'some', flags: ['scenario' as const] };

  it('are refused where the example has no use for them', () => {
    expect(() => checkFlags(some, { badCanary: true })).toThrow('--bad-canary is not for the example "some"');
    expect(() => checkFlags(some, { request: 'Another' })).toThrow('its crew builds one feature only');
    expect(() => checkFlags(some, { scenario: '{}' })).not.toThrow();
    expect(() => checkFlags(some, {})).not.toThrow();
  });

  it('are refused by the real command before anything is started', async () => {
    const { exitCode, stdout, stderr } = await runBaton(['demo', 'user-management', '--bad-canary']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--bad-canary is not for the example "user-management"');
  });
});

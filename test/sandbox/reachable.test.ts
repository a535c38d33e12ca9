import { expect, test } from 'vitest';
import { mayReach, modelHosts, reachableAt, reachableNamed } from '../../src/sandbox/reachable.ts';
import { registries } from '../../src/sandbox/registries.ts';

test.each([
  ['example.com', 'example.com', 443, true],
  ['example.com', 'EXAMPLE.com.', 8080, true],
  ['example.com', 'sub.example.com', 443, false],
  ['example.com', 'badexample.com', 443, false],
  ['*.example.com', 'sub.example.com', 443, true],
  ['*.example.com', 'example.com', 443, false],
  ['*.example.com', 'badexample.com', 443, false],
  ['example.com:8443', 'example.com', 8443, true],
  ['example.com:8443', 'example.com', 443, false],
  ['localhost:80', 'localhost', 80, false],
  ['localhost:80', '127.0.0.1', 80, false],
])('named %s, %s:%i may be reached by the proxy: %s', (named, host, port, may) => {
  expect(mayReach([reachableNamed(named)], host, port)).toBe(may);
});

test('a model is at its provider and wherever arguments and variables lead', () => {
  expect(
    modelHosts('command', ['-c', 'url="http://127.0.0.1:4000/v1",key', 'https://models.test/x']),
  ).toEqual([
    { host: '127.0.0.1', port: 4000 },
    { host: 'models.test', port: 443 },
  ]);
  expect(modelHosts('claude', [])).toContainEqual({ host: 'api.anthropic.com' });
  expect(reachableAt('no url')).toEqual([]);
});

test('the registries are those that the package managers name', async () => {
  const { hosts, npmrc } = await registries();
  expect(hosts.length).toBeGreaterThan(0);
  expect(npmrc).toMatch(/^registry=https?:/m);
  expect(hosts.every(({ host, port }) => /^[a-z0-9.-]+$/.test(host) && port !== undefined)).toBe(true);
});

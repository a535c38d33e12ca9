import { expect, it } from 'vitest';
import { metricsAddress, metricsProblem } from '../../src/worker/metrics-address.ts';

it.each([
  [undefined, undefined],
  ['', undefined],
  ['9464', '127.0.0.1:9464'],
  ['localhost:9464', '127.0.0.1:9464'],
  ['0.0.0.0:9464', '0.0.0.0:9464'],
  ['[::1]:9464', '[::1]:9464'],
])('metrics at %j are served at %j', (configured, address) =>
  expect(metricsAddress(configured)).toBe(address),
);

it.each([
  '0',
  '65536',
  'here',
  'example.com:9464',
  '::1:9464',
  '[127.0.0.1]:9464',
  '127.0.0.1',
  ':9464',
  '-1',
])('%j is no place for metrics', (text) => {
  expect(metricsProblem(text)).toMatch(/^It is a port/);
  expect(() => metricsAddress(text)).toThrow(/BATON_METRICS is ".*such as 9464/);
});

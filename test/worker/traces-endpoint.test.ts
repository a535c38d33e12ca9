import { describe, expect, it } from 'vitest';
import { tracesEndpoint } from '../../src/worker/traces-endpoint.ts';

describe('where traces go', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces'],
    ['http://collector:4318/', 'http://collector:4318/v1/traces'],
    ['https://traces.example/otlp', 'https://traces.example/otlp/v1/traces'],
    ['https://traces.example/otlp/v1/traces', 'https://traces.example/otlp/v1/traces'],
    ['https://traces.example/?team=a', 'https://traces.example/v1/traces?team=a'],
  ])('%s is %s', (configured, endpoint) => expect(tracesEndpoint(configured)).toBe(endpoint));

  it.each(['127.0.0.1:4318', 'collector', 'grpc://collector:4317', 'ftp://x', 'http://'])(
    '%s is refused before the worker starts, with an example',
    (text) => expect(() => tracesEndpoint(text)).toThrow(/BATON_TRACES: .*such as http:/),
  );

  it('an address with a password is refused, and not said again', () => {
    const refused = () => tracesEndpoint('https://me:s3cret@traces.example');
    expect(refused).toThrow('OTEL_EXPORTER_OTLP_HEADERS');
    expect(refused).not.toThrow('s3cret');
  });
});

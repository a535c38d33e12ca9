import { describe, expect, test } from 'vitest';
import { blockedPorts, chooseHiddenPorts } from '../../src/dev-server/hidden-ports.ts';

const isBlocked = (port: number) => (blockedPorts as readonly number[]).includes(port);

describe('chooseHiddenPorts', () => {
  test.each(blockedPorts)('%i is a port to which fetch does not connect', async (port) => {
    const refusal = await fetch(`http://127.0.0.1:${port}`).catch((error: Error) => error.cause);
    expect(String(refusal)).toContain('bad port');
  });

  test('takes such ports, for the Web UI at an address of its own', async () => {
    const { ui, metricsPort, httpPort } = await chooseHiddenPorts(async (port) => port);
    expect([ui.port, metricsPort, httpPort].filter(isBlocked)).toHaveLength(3);
    expect(ui.host).toMatch(/^127\.\d+\.\d+\.\d+$/);
    expect(ui.host).not.toBe('127.0.0.1');
    expect(httpPort).not.toBe(metricsPort);
  });

  test('takes three of one address if there is only one', async () => {
    const only = async (port: number, host: string | undefined) => (host === '127.0.0.1' ? port : undefined);
    const { ui, metricsPort, httpPort } = await chooseHiddenPorts(only);
    expect(ui.host).toBe('127.0.0.1');
    expect(new Set([ui.port, metricsPort, httpPort].filter(isBlocked)).size).toBe(3);
  });

  test('gives the last one to the metrics, which nothing else protects', async () => {
    const left = async (port: number, host: string | undefined) =>
      host === '127.0.0.1' && port !== 6666 ? undefined : port;
    const { ui, metricsPort, httpPort } = await chooseHiddenPorts(left);
    expect(isBlocked(ui.port)).toBe(true);
    expect(metricsPort).toBe(6666);
    expect(isBlocked(httpPort)).toBe(false);
  });

  test('has no Web UI that a browser could reach: it refuses', async () => {
    await expect(chooseHiddenPorts(async () => undefined)).rejects.toThrow('Stop another dev server first');
  });
});

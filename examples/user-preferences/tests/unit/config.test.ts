import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';

describe('configuration', () => {
  it('fills in what is not said', () => {
    expect(readConfig({ DATABASE_URL: 'postgres://localhost/accounts' })).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      databaseConnections: 4,
    });
  });

  it('names what is missing and what is wrong', () => {
    expect(() => readConfig({ PORT: 'eighty' })).toThrow(/PORT[\s\S]*DATABASE_URL|DATABASE_URL[\s\S]*PORT/);
  });
});

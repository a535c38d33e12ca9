import { describe, expect, test } from 'vitest';
import { uiRefusal } from '../../src/dev-server/ui-requests.ts';

const own = { host: '127.0.0.1:8233', origin: 'http://127.0.0.1:8233', 'sec-fetch-site': 'same-origin' };

const requests = {
  answered: {
    "the Web UI's own question": { headers: own },
    'a person who opened it': { headers: { host: 'localhost:8233', 'sec-fetch-site': 'none' } },
    'a port that a person forwards': { headers: { host: 'localhost:9000', origin: 'http://localhost:9000' } },
    'a program': { headers: { host: '127.0.0.1:8233' } },
    'a link of another page': {
      headers: { host: '127.0.0.1:8233', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' },
    },
  },
  refused: {
    'a name that points here': {
      headers: { host: 'attacker.test:8233', origin: 'http://attacker.test:8233' },
    },
    'a name that begins like a loopback one': { headers: { host: '127.0.0.1.attacker.test' } },
    'no name': { headers: {} },
    'another origin': { headers: { ...own, origin: 'http://attacker.test' } },
    'another port of this machine': { headers: { ...own, origin: 'http://127.0.0.1:3000' } },
    'a page without an origin': { headers: { ...own, origin: 'null' } },
    'a script or an image of another page': {
      headers: { host: '127.0.0.1:8233', 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'script' },
    },
    'a frame of another page': {
      headers: { host: '127.0.0.1:8233', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' },
    },
    'a form of another page': {
      method: 'POST',
      headers: { host: '127.0.0.1:8233', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' },
    },
    'a whole URL': { url: 'http://attacker.test/', headers: own },
  },
};

describe('uiRefusal', () => {
  test.each(Object.entries(requests.answered))('%s is answered', (_, request) => {
    expect(uiRefusal({ method: 'GET', url: '/', ...request })).toBeUndefined();
  });

  test.each(Object.entries(requests.refused))('%s is refused', (_, request) => {
    expect(uiRefusal({ method: 'GET', url: '/', ...request })).toMatch(/not allowed|expected/);
  });
});

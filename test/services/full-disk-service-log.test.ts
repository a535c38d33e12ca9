import path from 'node:path';
import { expect, it } from 'vitest';
import { mayMount, printedOnOwnDisk } from '../support/own-disk.ts';

const PROGRAM = `
  const { readFileSync, writeFileSync } = await import('node:fs');
  const { Readable } = await import('node:stream');
  const { ServiceLog } = await import(${JSON.stringify(path.resolve('src/services/service-log.ts'))});
  const log = await ServiceLog.begin('/mnt/service.log', []);
  log.say('starts');
  try {
    for (let file = 0; ; file++) writeFileSync('/mnt/fill' + file, 'x'.repeat(4096));
  } catch {}
  await log.follow(Readable.from([Buffer.from('first\\n'), Buffer.alloc(100_000, 'x\\n'), Buffer.from('last\\n')]));
  log.say('ended');
  log.close();
  console.log(log.tail.endsWith('x\\nlast'), readFileSync('/mnt/service.log', 'utf8').startsWith('[baton]'));
`;

it.skipIf(!mayMount)(
  'what a service prints on a full disk is read on, and its last words are known',
  async () => {
    expect(await printedOnOwnDisk('256k', PROGRAM)).toBe('true true');
  },
);

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { CommandOutput } from '../../src/processes/command-output.ts';

it('keeps no file open if it can’t open all that it needs', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'baton-output-'));
  // In the way of the second of its files, as a want of open files would be.
  mkdirSync(path.join(folder, 'stderr'));
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  const options = { leaveBackground: true } as ConstructorParameters<typeof CommandOutput>[1];
  for (let n = 0; n < 5; n += 1) expect(() => new CommandOutput(folder, options)).toThrow('EISDIR');
  expect(open()).toBe(before);
  rmSync(folder, { recursive: true });
});

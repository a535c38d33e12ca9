import { readFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { expect, it } from 'vitest';

const BIN = new URL('../../bin/baton.cjs', import.meta.url).pathname;

it('Node below the floor is told so in one line, by a file that it can read', () => {
  const old = `Object.defineProperty(process.versions, 'node', { value: '18.20.1' }); require(${JSON.stringify(BIN)})`;
  const { stderr, stdout, exitCode } = execaSync(process.execPath, ['-e', old], { reject: false });
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(stderr).toMatch(
    /^baton: Node 20.19 or newer is needed, and this is v\S+ \(.*\): install a newer one/,
  );
  expect(stderr.split('\n')).toHaveLength(1);
  // Nothing that Node 0.12 could not parse.
  expect(readFileSync(BIN, 'utf8').replace(/\/\/.*$/gm, '')).not.toMatch(
    /=>|`|\b(?:const|let|import|async|await)\b|\?\.|\?\?/,
  );
});

it('the version is told by that file alone, without loading the rest', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(execaSync(process.execPath, [BIN, '--version']).stdout).toBe(version);
});

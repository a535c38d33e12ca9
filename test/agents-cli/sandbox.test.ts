import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sandboxProblem } from '../../src/sandbox/probe.ts';
import { Sandboxes } from '../../src/sandbox/sandbox.ts';
import { ScriptedModel } from '../support/scripted-model/server.ts';
import { Bench, doneResult, UNDER_TEST } from './under-test.ts';

const problem = await sandboxProblem();
const CANARY = 'canary-77ab03';

/** A person's HOME with a key in it, for as long as the test lasts. */
async function personsHome(): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), 'baton-person-'));
  await mkdir(path.join(home, '.ssh'));
  await writeFile(path.join(home, '.ssh/id_ed25519'), CANARY);
  const { HOME } = process.env;
  process.env.HOME = home;
  onTestFinished(() => {
    process.env.HOME = HOME;
  });
  return home;
}

describe.skipIf(problem !== undefined)(
  `In the sandbox${problem === undefined ? '' : ` (not tried: ${problem})`}`,
  () => {
    it.each(UNDER_TEST)(
      '$name works, reads no key, writes in its tree only and reaches its model only',
      async (under) => {
        const said: string[] = [];
        const home = await personsHome();
        const elsewhere = await ScriptedModel.start(() => ({ text: CANARY }));
        let outside = '';
        const model = await ScriptedModel.start(({ number, messages }) => {
          said.push(JSON.stringify(messages.at(-1)));
          const commands = [
            'echo in > in.txt',
            `cat ${home}/.ssh/id_ed25519`,
            `echo out > ${outside}`,
            `curl -sS -m 3 --noproxy '*' ${elsewhere.url}/`,
            'curl -sS -m 3 http://example.test/',
            'true',
          ];
          // Some CLIs refuse commands that name other folders; the sandbox is to hold without that.
          const hidden = Buffer.from(commands.join('; ')).toString('base64');
          return number === 1
            ? { shell: `echo ${hidden} | base64 -d | sh 2>&1; echo over` }
            : { structured: { result: doneResult } };
        });
        try {
          const bench = await Bench.create(under, model.url);
          outside = path.join(path.dirname(bench.cwd), 'outside.txt');
          const batonHome = await mkdtemp(path.join(tmpdir(), 'baton-home-'));
          const confined = await new Sandboxes({ dir: batonHome, id: 'clihome1' }, 'on').confine({
            mode: 'required',
            setting: `crew.implement`,
            cwd: bench.cwd,
            writable: [bench.cwd, path.join(path.dirname(bench.cwd), 'home')],
            readable: [],
            hidden: [],
            network: [{ host: '127.0.0.1', port: Number(new URL(model.url).port) }],
          });
          if ('without' in confined) throw new Error(confined.without);
          try {
            expect(await bench.run({}, { confined })).toMatchObject({ kind: 'result' });
            // Some CLIs call home beside that; nothing of it was let through.
            expect(confined.refused).toContain('example.test:80');
          } finally {
            await confined.dispose();
          }
          expect(await bench.written('in.txt')).toBe('in\n');
          expect(existsSync(outside)).toBe(false);
          expect(said.join('\n')).toContain('over');
          expect(said.join('\n')).not.toContain(CANARY);
        } finally {
          await model.close();
          await elsewhere.close();
        }
      },
    );
  },
);

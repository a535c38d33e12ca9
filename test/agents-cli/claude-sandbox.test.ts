import { access } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { claudeSandboxProblem } from '../../src/agents/claude-sandbox.ts';
import { ScriptedModel } from '../support/scripted-model/server.ts';
import { Bench, doneResult, pathWithClis, UNDER_TEST } from './under-test.ts';

const problem = await claudeSandboxProblem({ cwd: process.cwd(), env: { PATH: pathWithClis() } });
const notTried = problem === undefined ? '' : ` (not tried: ${problem})`;

const LOCAL_SERVER = `const server = require('node:http').createServer((_, answer) => answer.end('hi')).listen(0, '127.0.0.1', async () => {
  console.log('local ' + (await (await fetch('http://127.0.0.1:' + server.address().port)).text()));
  server.close();
})`;

it.skipIf(problem !== undefined)(
  `Claude Code's commands write in the worktree only, reach nothing outside, see no key, and may open ports${notTried}`,
  async () => {
    const said: string[] = [];
    let outside = '';
    const model = await ScriptedModel.start(({ number, messages }) => {
      said.push(JSON.stringify(messages.at(-1)));
      const commands = [
        'echo in > in.txt',
        `echo out > ${outside}`,
        'echo home > $HOME/home.txt',
        'echo temporary > $(mktemp) && echo temporary works',
        'echo "key: $ANTHROPIC_API_KEY."',
        `node -e "${LOCAL_SERVER.replaceAll('\n', ' ')}"`,
        `curl -sS -m 3 --noproxy '*' ${model.url} && echo reached`,
        'true',
      ];
      return number === 1 ? { shell: commands.join('; ') } : { structured: { result: doneResult } };
    });
    try {
      const [under] = UNDER_TEST;
      const bench = await Bench.create(under as (typeof UNDER_TEST)[number], model.url);
      outside = path.join(path.dirname(bench.cwd), 'outside.txt');
      expect(await bench.run()).toMatchObject({ kind: 'result' });
      expect(await bench.written('in.txt')).toBe('in\n');
      await expect(access(outside)).rejects.toThrow('ENOENT');
      expect(said.join('\n')).toContain('Read-only file system');
      for (const words of ['temporary works', 'key: .', 'local hi']) expect(said.join('\n')).toContain(words);
      expect(said.join('\n')).not.toContain('reached');
    } finally {
      await model.close();
    }
  },
);

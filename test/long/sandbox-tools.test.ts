import { execSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { sandboxProblem } from '../../src/sandbox/probe.ts';
import { registries } from '../../src/sandbox/registries.ts';
import { Machine } from '../sandbox/helpers.ts';
import { PATIENCE_MS } from '../support/until.ts';

const problem = await sandboxProblem();
const has = (command: string): boolean => {
  try {
    execSync(command, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const browser = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => has(`command -v ${name}`));
const REPOSITORY = path.resolve(import.meta.dirname, '../..');

/** Has a command pass in a tree with these files. */
async function passes(
  files: Readonly<Record<string, string>>,
  script: string,
  network: 'registries' | 'none' = 'none',
) {
  const machine = new Machine();
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(machine.tree, name), text);
  const packages = network === 'none' ? undefined : await registries();
  const limits = { network: packages?.hosts ?? [], packages, cachesOf: 'feature', readable: [REPOSITORY] };
  const { exitCode, tail, refused } = await machine.run(script, limits, PATIENCE_MS);
  expect({ exitCode, refused }, tail).toEqual({ exitCode: 0, refused: [] });
}

describe.skipIf(problem !== undefined)('In the sandbox', () => {
  test('npm ci fetches what the lock file names, and runs', async () => {
    const dependencies = { dependencies: { 'is-number': '7.0.0' } };
    const lock = {
      name: 'app',
      lockfileVersion: 3,
      packages: {
        '': dependencies,
        'node_modules/is-number': {
          version: '7.0.0',
          integrity:
            'sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng==',
        },
      },
    };
    const files = { 'package.json': JSON.stringify(dependencies), 'package-lock.json': JSON.stringify(lock) };
    const script = `npm ci && node -e "if (!require('is-number')(1)) process.exit(1)"`;
    await passes(files, script, 'registries');
  });

  test('vitest runs tests', async () => {
    const files = {
      'a.test.mjs': "import { test } from 'vitest'; test('adds', ({ expect }) => expect(1 + 1).toBe(2));",
    };
    const script = `ln -s "${REPOSITORY}/node_modules" node_modules && node node_modules/vitest/vitest.mjs run --root . --cache false`;
    await passes(files, script);
  });

  test.skipIf(!has('python3 -m pytest --version'))('pytest runs tests', async () => {
    const files = {
      'test_a.py': 'def test_adds(tmp_path):\n    (tmp_path / "a").write_text("2")\n    assert 1 + 1 == 2\n',
    };
    await passes(files, 'python3 -m pytest -q');
  });

  test.skipIf(!has('go version'))(
    'go test builds and runs tests, with a server on the loopback',
    async () => {
      const files = {
        'go.mod': 'module app\n\ngo 1.21\n',
        'a_test.go': `package app

import (
	"net"
	"testing"
)

func TestServes(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := net.Dial("tcp", server.Addr().String()); err != nil {
		t.Fatal(err)
	}
}
`,
      };
      await passes(files, 'CGO_ENABLED=0 go test ./...');
    },
  );

  test.skipIf(browser === undefined)('Chromium shows a page of a server beside it', async () => {
    const files = {
      'serve.mjs': `import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
const server = createServer((_, answer) => answer.end('<p id=a></p><script>a.textContent = 6 * 7</script>'));
server.listen(0, '127.0.0.1', () => {

  const page = spawn('${browser}', ['--headless', '--no-sandbox', '--disable-gpu', '--dump-dom', 'http://127.0.0.1:' + server.address().port]);
  let text = '';
  page.stdout.on('data', (piece) => { text += piece; });
  page.on('close', () => process.exit(text.includes('>42<') ? 0 : 1));
});`,
    };
    await passes(files, 'node serve.mjs');
  });
});

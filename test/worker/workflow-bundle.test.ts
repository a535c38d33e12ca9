import { readFile, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { WORKFLOWS } from '../../src/domain/messages.ts';
import { workflowBundle } from '../../src/worker/workflow-bundle.ts';

it('the workflows are bundled once for the same code, and hold every workflow by its name', async () => {
  const { codePath } = await workflowBundle();
  const made = (await stat(codePath)).mtimeMs;
  expect((await workflowBundle()).codePath).toBe(codePath);
  expect((await stat(codePath)).mtimeMs).toBe(made);
  const code = await readFile(codePath, 'utf8');
  for (const name of Object.values(WORKFLOWS)) expect(code).toContain(`function ${name}(`);
});

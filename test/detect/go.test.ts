import { describe, expect, it } from 'vitest';
import { detectFiles, runsOf } from './detect-files.ts';

const WORKSPACE = {
  'go.mod': 'module example.test/shop\n\ngo 1.24\n',
  'shop.go': '',
  'shop_test.go': '',
  'tools/go.mod': 'module example.test/shop/tools\n\ngo 1.24\n',
  'tools/tools.go': '',
};

describe('a workspace of Go', () => {
  it.each([
    ['a block', 'go 1.24\n\nuse (\n\t.\n\t./tools // of ours\n)\n'],
    ['a line each', 'go 1.24\n\nuse .\nuse ./tools\n'],
    ['quotes', 'go 1.24\n\nuse (\n\t"./"\n\t`./tools/`\n)\n'],
  ])('is tested, vetted and measured with the module at its root: %s', (_, work) => {
    const detected = detectFiles({ ...WORKSPACE, 'go.work': work });
    expect(detected.stacks.map(({ found }) => found.join(', '))).toEqual([
      'go, workspace (2), go test, go vet',
    ]);
    expect(runsOf(detected)).toMatchObject({
      test: expect.stringContaining('go test -json ./... ./tools/... >'),
      lint: 'go vet ./... ./tools/...',
    });
    expect(detected.coverage?.run).toContain('-coverprofile=coverage.out ./... ./tools/... >');
  });

  it('is linted in all its modules too, where golangci-lint has settings', () => {
    const detected = detectFiles({
      ...WORKSPACE,
      '.golangci.yml': '',
      'go.work': 'use (\n\t.\n\t./tools\n)\n',
    });
    expect(runsOf(detected).lint).toBe('golangci-lint run ./... ./tools/...');
  });
});

import { expect, it } from 'vitest';
import { detect } from '../../src/detect/detect.ts';
import { configText } from '../../src/detect/write-config.ts';

const textOf = (files: readonly string[]): string =>
  configText({
    detected: detect({ files, text: () => undefined }),
    agent: { runner: 'claude', why: 'installed here' },
  });

it('a repository with a Compose file is shown how its service would look, as a comment', () => {
  const text = textOf(['compose.yml', 'docker-compose.yml']);
  expect(text).toContain('# compose.yml may start what tests need.');
  expect(text).toContain('#     start: docker compose -p "baton-$BATON_SLOT" up -d --wait db');
  expect(textOf(['api/compose.yml'])).not.toContain('services:');
});

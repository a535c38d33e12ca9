import { expect, it } from 'vitest';
import { parsePacketFile } from '../../src/packets/parse-packet-file.ts';
import { codeBlocks, document } from '../config/docs.ts';

it('the example of docs/packets.md parses, each kind of evidence as it is told', () => {
  const [example = ''] = codeBlocks(document('packets.md'), 'md');
  const parsed = parsePacketFile(example, 'packets.md');
  expect(parsed).toMatchObject({
    ok: true,
    warnings: [],
    packet: {
      id: 'api-users',
      branch: 'feature/api-users',
      size: 30,
      role: 'tdd-typescript',
      criteria: [
        { evidence: { test: 'creates a user' } },
        { evidence: { file: 'docs/api/users.md' } },
        { evidence: { command: 'npx redocly lint docs/api/users.yaml' } },
        { evidence: { person: true } },
        { text: 'Input validation on all endpoints' },
      ],
      boundaries: { inScope: ['src/app/api/users/', 'src/**/*.test.ts'], outOfScope: ['src/db/'] },
      dependencies: [
        { packet: 'db-users', type: 'soft' },
        { packet: 'errors', type: 'hard' },
      ],
    },
  });
});

import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { liveScreen } from '../../../src/cli/watch/screens.ts';
import type { FeatureStatus } from '../../../src/domain/messages.ts';
import { item, status } from '../samples.ts';

/** What a terminal shows after this output; knows the sequences of a live screen. */
function shownBy(output: string): string[] {
  const rows: string[] = [''];
  let row = 0;
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is read
  for (const [token, count, command] of output.matchAll(/\u001b\[(\??[\d;]*)([A-Za-z])|[^\u001b]/gu)) {
    const line = rows[row] ?? '';
    if (token === '\n') [row, column] = [row + 1, 0];
    else if (token === '\r') column = 0;
    else if (command === undefined) {
      rows[row] = line.slice(0, column) + token + line.slice(column + token.length);
      column += token.length;
    } else if (command === 'A') row = Math.max(0, row - Number(count || 1));
    else if (command === 'B') row += Number(count || 1);
    else if (command === 'G') column = Number(count || 1) - 1;
    else if (command === 'K') rows[row] = count === '2' ? '' : line.slice(0, column);
    else if (!'mhl'.includes(command)) throw new Error(`unknown sequence ${JSON.stringify(token)}`);
    while (rows.length <= row) rows.push('');
  }
  return rows.map((text) => text.trimEnd());
}

it('a live screen that grows and shrinks leaves what stands above it alone, and no line twice', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 40 });
  let output = 'Web UI: http://127.0.0.1\n';
  terminal.on('data', (piece: Buffer) => {
    output += piece.toString();
  });
  const screen = liveScreen(() => ['how to decide'], terminal as unknown as NodeJS.WriteStream);
  const activity = { packet: 'api', activity: 'implement', attempt: 1 };
  const [first, second] = status.packets as [FeatureStatus['packets'][0], FeatureStatus['packets'][0]];
  const frames: FeatureStatus[] = [
    { ...status, packets: [] },
    { ...status, packets: [first] },
    status,
    { ...status, attention: [item] },
    { ...status, packets: [first, { ...second, note: 'tests are green' }] },
    { ...status, packets: [first], phase: 'test' },
    { ...status, releaseSteps: ['staging: deploy'], phase: 'deploy' },
    { ...status, packets: [], phase: 'done', activity: 'landed' },
  ];
  for (const [at, frame] of [...frames, ...frames].entries())
    screen.show(frame, at % 3 === 0 ? [] : [activity, { ...activity, packet: 'storage' }]);
  screen.show({ ...status, packets: [first] }, []);
  expect(shownBy(output).join('\n').trimEnd().split('\n')).toEqual([
    'Web UI: http://127.0.0.1',
    'prefs  Users can save their preferences',
    'phase implement · packets are worked on · 1 of 3 agents at work',
    '',
    'ID  Worktree       Packet   Status     Last check  Progress',
    expect.stringMatching(/^1 {3}prefs\/storage {2}storage {2}✅ Merged {2}\S+ +100%$/),
  ]);
});

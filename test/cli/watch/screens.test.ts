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
    expect.stringMatching(/^phase implement · packets are worked on · for .+ · 1 of 3 agents at work$/),
    '',
    expect.stringMatching(/^ID {2}Worktree {7}Packet {3}Status {5}Last check +Progress$/),
    expect.stringMatching(/^1 {3}prefs\/storage {2}storage {2}✅ Merged {2}.+ ago +100%$/),
  ]);
});

it('a live screen goes on above a question, in the rows that it has', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 12 });
  let output = '';
  terminal.on('data', (piece: Buffer) => {
    output += piece.toString();
  });
  const screen = liveScreen(() => [], terminal as unknown as NodeJS.WriteStream);
  const asking = ['● question-api-1 waits for your answer', '> █', 'Enter sends'];
  screen.below(asking);
  const many = Array.from({ length: 20 }, (_, at) => ({ ...status.packets[1], id: `p${at}` }));
  screen.show({ ...status, packets: many as unknown as FeatureStatus['packets'] }, []);
  const rows = shownBy(output).join('\n').trimEnd().split('\n');
  expect(rows.length).toBeLessThanOrEqual(12);
  expect(rows[0]).toContain('prefs');
  expect(rows.slice(-5)).toEqual(['…', '', ...asking]);
  screen.below(undefined);
  expect(shownBy(output).join('\n')).not.toContain('Enter sends');
});

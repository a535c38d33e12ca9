import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { planLines } from '../../../src/cli/render/plan.ts';
import { planGraph } from '../../../src/cli/render/plan-graph.ts';
import { planMermaid } from '../../../src/cli/render/plan-mermaid.ts';
import { makeStyle, onTerminal, PLAIN } from '../../../src/cli/render/style.ts';
import { type ForecastInput, forecast } from '../../../src/domain/forecast.ts';
import { minutesText } from '../../../src/domain/plan-words.ts';
import { acyclicPlan } from '../../domain/arbitrary-plan.ts';

const on = (packet: string, type: 'hard' | 'soft' = 'hard') => ({ packet, type });
const users: ForecastInput[] = [
  { id: 'db-users', size: 45, dependencies: [] },
  { id: 'api-users', size: 30, dependencies: [on('db-users', 'soft')] },
  { id: 'tests-users', size: 60, dependencies: [] },
  { id: 'permissions', size: 50, dependencies: [on('db-users'), on('api-users')] },
];

describe('a plan in a terminal', () => {
  it('is the graph, then when each runs, then what decides the whole', () => {
    expect(planLines(forecast(users, 2), { style: PLAIN, width: 80, title: 'Plan of packets' })).toEqual([
      'Plan of packets',
      '4 packets, 3 layers, 2 hard (─) and 1 soft (┄) dependencies',
      '',
      '    ● db-users     45m',
      '  ╭─╯',
      '  │ ● tests-users  1h',
      '  ├┄▶ api-users    30m      after db-users (soft)',
      '╭─┼─╯',
      '╰─┴─▶ permissions  50m      after db-users, api-users',
      '',
      'Packet       Start  Merged',
      'db-users     0m     45m     ██████████████████████',
      'tests-users  30m    1h 30m                 ██████████████████████████████',
      'api-users    0m     45m     ███████████████░░░░░░░',
      'permissions  45m    1h 35m                        █████████████████████████',
      '',
      'Expected: 1h 35m with 2 agents at once, for 3h 05m of work, which no order can',
      'beat.',
      'Critical path: db-users → permissions (1h 35m).',
      'Sizes are estimates of agents at work; checks, merges and what people think',
      'about come on top.',
    ]);
  });

  it('marks what has ended, and sets the critical path off', () => {
    const running = users.map((packet) => ({
      ...packet,
      status: packet.id === 'db-users' ? ('merged' as const) : ('waiting' as const),
    }));
    const plain = planLines(forecast(running, 2), { style: PLAIN, title: 'x' }).join('\n');
    expect(plain).toContain('● db-users     45m      merged');
    expect(plain).toMatch(/^db-users {5}merged$/m);
    expect(plain).toContain('Critical path: api-users → permissions (1h 20m).');
    const coloured = onTerminal(
      planLines(forecast(running, 2), { style: makeStyle(true), title: 'x' }).join('\n'),
    );
    expect(coloured).toContain('\u001b[1mpermissions\u001b[22m');
    expect(coloured).toContain('\u001b[2mdb-users   \u001b[22m');
  });

  it('lists what is protected at its end, at most 15 files', () => {
    const files = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        path: `ops/${at}`,
        why: 'named by release.staging.deploy',
      }));
    const lines = (count: number) =>
      planLines(forecast(users, 2), { style: PLAIN, title: 'x', measuring: files(count) }).slice(19);
    expect(lines(0)).toEqual([]);
    expect(lines(1)).toEqual(['', 'Protected: what measures', '  ops/0  named by release.staging.deploy']);
    expect(lines(15).at(-1)).toBe('  ops/14  named by release.staging.deploy');
    expect(lines(17)).toHaveLength(18);
    expect(lines(17).at(-1)).toBe('  and 2 more');
  });

  it('says so where there is no packet', () => {
    expect(planLines(forecast([], 3), { style: PLAIN, title: 'x' })).toEqual(['x', 'no packets']);
  });

  it('has a chart that keeps to a narrow terminal, whatever the plan', () => {
    fc.assert(
      fc.property(acyclicPlan, fc.integer({ min: 1, max: 4 }), (packets, slots) => {
        const lines = planLines(forecast(packets, slots), { style: PLAIN, width: 60, title: 'x' });
        const from = lines.findIndex((line) => line.startsWith('Packet'));
        const chart = lines.slice(from, from + packets.length + 1);
        for (const line of chart) expect(stringWidth(line)).toBeLessThanOrEqual(60);
        for (const line of chart.slice(1)) expect(line).toMatch(/█/);
      }),
    );
  });
});

describe('the graph', () => {
  it('has one width, a row for each packet, and an arrow into each that waits', () => {
    fc.assert(
      fc.property(acyclicPlan, (packets) => {
        const plan = forecast(packets, 1).packets;
        const rows = planGraph(plan);
        expect(rows).toHaveLength(packets.length);
        const all = rows.flatMap(({ at, below }) => (below === undefined ? [at] : [at, below]));
        expect(new Set(all.map((text) => stringWidth(text))).size).toBe(1);
        for (const [index, { dependencies }] of plan.entries())
          expect(rows[index]?.at.at(-1)).toBe(dependencies.length > 0 ? '▶' : '●');
      }),
    );
  });

  it('lets a line cross another without touching it', () => {
    const rows = planGraph([
      { id: 'a', size: 1, dependencies: [] },
      { id: 'b', size: 1, dependencies: [] },
      { id: 'c', size: 1, dependencies: [on('b', 'soft')] },
      { id: 'd', size: 1, dependencies: [on('a')] },
    ]);
    expect(rows.map(({ at }) => at)).toEqual(['    ●', '  │ ●', '╰┄┼┄▶', '  ╰─▶']);
    expect(rows.map(({ below }) => below)).toEqual(['  ╭─╯', '╭─┼─╯', undefined, undefined]);
  });

  it('leaves lines out where there are too many, for the words beside them', () => {
    const many = Array.from({ length: 40 }, (_, at) => ({ id: `p${at}`, size: 1, dependencies: [] }));
    const rows = planGraph([...many, { id: 'last', size: 1, dependencies: many.map(({ id }) => on(id)) }]);
    expect(stringWidth(rows[0]?.at ?? '')).toBe(49);
    expect(rows.at(-1)?.at.endsWith('▶')).toBe(true);
  });
});

describe('a plan for Mermaid', () => {
  it('has solid and dotted arrows, and classes for the critical path and for what has ended', () => {
    const plan = forecast(
      users.map((packet) =>
        packet.id === 'tests-users' ? { ...packet, status: 'merged' as const } : packet,
      ),
      2,
    );
    expect(planMermaid(plan).split('\n')).toEqual([
      'flowchart LR',
      '  p1["db-users<br/>45m"]',
      '  p2["tests-users<br/>1h, merged"]',
      '  p3["api-users<br/>30m"]',
      '  p4["permissions<br/>50m"]',
      '  p1 -.-> p3',
      '  p1 --> p4',
      '  p3 --> p4',
      '  classDef critical stroke-width:3px',
      '  classDef ended fill:#ddd,stroke:#999,color:#555',
      '  class p1,p4 critical',
      '  class p2 ended',
    ]);
  });
});

describe('minutes', () => {
  it.each([
    [0, '0m'],
    [0.2, '<1m'],
    [0.5, '1m'],
    [59.6, '1h'],
    [65, '1h 05m'],
    [120, '2h'],
  ])('%d reads %s', (minutes, text) => {
    expect(minutesText(minutes)).toBe(text);
  });
});

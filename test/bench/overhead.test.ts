import { expect, it } from 'vitest';
import { markdown } from '../../bench/overhead/markdown.ts';
import { furtherPacket } from '../../bench/overhead/measure.ts';
import { largestMemoryIn, timesIn } from '../../bench/overhead/proc-stat.ts';
import { type Case, lowerBound, packetsOf } from '../../bench/overhead/shapes.ts';
import { planProblems } from '../../src/domain/plan.ts';

const of = (packets: number, shape: Case['shape'], agentSeconds: number, checkSeconds = 0): Case => ({
  features: 1,
  packets,
  shape,
  slots: 3,
  agentSeconds,
  checkSeconds,
});

it('the synthetic packets make plans that can be run', () => {
  for (const shape of ['independent', 'chains'] as const)
    for (const count of [1, 3, 30, 300])
      expect(planProblems('f', packetsOf(count, shape, 3), 'main')).toEqual([]);
  expect(
    packetsOf(5, 'chains', 2).map(({ dependencies }) => dependencies.map(({ packet }) => packet)),
  ).toEqual([[], [], ['p-000'], ['p-001'], ['p-002']]);
});

it('the bound is the longer of chain and work', () => {
  expect(lowerBound(of(30, 'independent', 30))).toBe(300);
  expect(lowerBound(of(4, 'independent', 30))).toBe(40);
  expect(lowerBound(of(4, 'chains', 30))).toBe(60);
});

it('the bound has checks beside agents: after the last agent, in each link of a chain, and one a merge', () => {
  expect(lowerBound(of(30, 'independent', 5, 1))).toBe(51);
  expect(lowerBound(of(30, 'independent', 5, 5))).toBe(155);
  expect(lowerBound(of(3, 'independent', 5, 7))).toBe(26);
  expect(lowerBound(of(30, 'chains', 5, 2))).toBe(70);
  // Of four on three slots the chain of two is longer than the work.
  expect(lowerBound(of(4, 'chains', 30, 1))).toBe(62);
});

it('reads processor time behind a program name with spaces and brackets', () => {
  const stat =
    '4711 (node) a (b) S 1 4711 4711 0 -1 4194560 9000 800 7 6 1234 567 89 10 20 0 12 0 1696524 3133440 412 18446';
  expect(timesIn(stat)).toEqual({ user: 12.34, system: 5.67, endedChildren: 0.99 });
});

it('reads the largest memory of a process, and none of a kernel thread', () => {
  expect(largestMemoryIn('VmPeak:\t  900000 kB\nVmHWM:\t  204800 kB\nVmRSS:\t  1024 kB\n')).toBe(200);
  expect(largestMemoryIn('Name:\tkthreadd\n')).toBeNull();
});

it('what a feature costs once is not in what each further packet costs', () => {
  const times = (all: number) => ({
    workerUser: all,
    workerSystem: all,
    launcher: 0,
    started: all,
    server: all,
  });
  // 6 once, and 2 a packet.
  const more = { ...of(30, 'independent', 1), processorTime: times(2.2), gitRuns: 2.2 };
  const less = { ...of(3, 'independent', 1), processorTime: times(4), gitRuns: 4 };
  expect(furtherPacket(more, less)).toEqual({ processorTime: times(2), gitRuns: 2 });
  expect(furtherPacket({ ...more, processorTime: null }, less).processorTime).toBeNull();
});

it('checkouts are compared with the first, where there are figures', () => {
  const rows = [
    { checkout: 'new', name: 'x', cost: 3 },
    { checkout: 'old', name: 'x', cost: 4 },
    { checkout: 'none', name: 'x', cost: null },
  ];
  const table = markdown(
    [
      { head: 'name', text: ({ name }) => name },
      { head: 'cost', text: ({ cost }) => `${cost ?? '-'}`, value: ({ cost }) => cost },
    ],
    [rows],
  );
  expect(table.split('\n').slice(2)).toEqual([
    '| new | x | 3 |',
    '| old | x | 4 |',
    '| none | x | - |',
    '| new / old | x | 0.750 |',
    '| new / none | x | - |',
  ]);
});

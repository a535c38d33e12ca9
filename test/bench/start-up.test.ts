import { expect, it } from 'vitest';
import { secondsIn } from '../../bench/start-up/times.ts';

it("reads user and system seconds of a shell's children", () => {
  expect(secondsIn('0m0.001s 0m0.002s\n1m2.500s 0m0.250s\n')).toBeCloseTo(62.75);
  expect(secondsIn('0m0,001s 0m0,002s\n0m2,500s 0m0,250s')).toBeCloseTo(2.75);
  expect(() => secondsIn('')).toThrow('no times');
});

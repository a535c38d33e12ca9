import type { Problem } from '../config/problem.ts';

/** Collects what is wrong in one file. */
export class FileProblems {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  constructor(readonly file: string) {}

  /** Something that keeps the file from being used. */
  problem(line: number, message: string): void {
    this.problems.push({ file: this.file, line, column: 1, message });
  }

  /** Something that was read, though perhaps not as it was meant. */
  warn(line: number, message: string): void {
    this.warnings.push({ file: this.file, line, column: 1, message });
  }
}

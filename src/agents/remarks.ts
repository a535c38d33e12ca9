import { blotOut, type Secret } from '../processes/secrets/secrets.ts';

/** What is odd about a line of an agent's output, for its author. */
export interface Remark {
  readonly stream: 'stdout' | 'stderr';
  /** Counted from 1 by line feeds. */
  readonly line: number;
  readonly text: string;
  /** It was understood all the same. */
  readonly read: boolean;
}

/** Who makes one mistake makes it in many lines; the first few tell. */
const MOST_REMARKS = 20;
const MOST_OF_REMARK = 500;
const MOST_TYPES = 10;
const MOST_OF_TYPE = 40;

/** What is odd about a run's output: each thing once, at the first line that has it. */
export class Remarks {
  readonly #found = new Map<string, Remark>();
  readonly #types = new Set<string>();
  readonly #secrets: readonly Secret[];
  readonly #note: (text: string) => void;

  /** @param note - keeps a remark in the run's log */
  constructor(secrets: readonly Secret[], note: (text: string) => void) {
    this.#secrets = secrets;
    this.#note = note;
  }

  add(remark: Remark): void {
    // Cut only once secrets are out of it, so that no half of one stays.
    const text = blotOut(remark.text, this.#secrets).slice(0, MOST_OF_REMARK);
    const key = `${remark.stream} ${text}`;
    if (this.#found.has(key) || this.#found.size >= MOST_REMARKS) return;
    const told = { ...remark, text };
    this.#found.set(key, told);
    this.#note(remarkText(told));
  }

  /** An object with a `type` that no event has: other programs' log, or an author's mistake. */
  otherType(type: string): void {
    const name = blotOut(type, this.#secrets).slice(0, MOST_OF_TYPE);
    if (this.#types.size < MOST_TYPES) this.#types.add(name);
  }

  get list(): readonly Remark[] {
    return [...this.#found.values()];
  }

  /** What looked like events and wasn't, for a run that had no result; empty if nothing did. */
  misread(): string {
    const lines = this.list.filter(({ read }) => !read).map(remarkText);
    const types = [...this.#types].map((type) => `\`${type}\``).join(', ');
    if (types !== '') lines.push(`Objects of types that no event has: ${types}.`);
    return lines.join('\n');
  }
}

/** `Line 12 looks like an event, but …` */
export const remarkText = ({ stream, line, text, read }: Remark): string => {
  const where = `Line ${line}${stream === 'stderr' ? ' of standard error' : ''}`;
  return read ? `${where}: ${text}` : `${where} looks like an event, but ${text}`;
};

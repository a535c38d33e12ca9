/** Lets those who want the same thing of a place use it together, while everybody else waits for their turn. */
export type Joint = <T>(place: string, use: JointUse<T>) => Promise<T>;

export interface JointUse<T> {
  /** Who names the same thing shares the place. */
  readonly as: string;
  /** Runs `inside` when the place is free, and keeps it until that has ended: the turn of the whole company. */
  turn(inside: () => Promise<void>): Promise<void>;
  /** Makes the place ready, once for all who share it. */
  prepare(): Promise<void>;
  work(company: Sharing): Promise<T>;
}

/** Those who share a place, as one of them sees them. */
export interface Sharing {
  /** Lets nobody else join: who comes now waits, and has the place made ready anew. */
  close(): void;
  /** Whether somebody else was there at any time. */
  shared(): boolean;
}

interface Company {
  readonly as: string;
  readonly ready: Promise<void>;
  members: number;
  /** All who ever joined. */
  joined: number;
  readonly leave: () => void;
}

/** A new set of shared places. Who comes while a company is still together joins it. */
export const createJoint = (): Joint => {
  const companies = new Map<string, Company>();

  const gather = <T>(place: string, { as, turn, prepare }: JointUse<T>): Company => {
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const ready = new Promise<void>((resolve, reject) => {
      turn(async () => {
        await prepare();
        resolve();
        await left;
      }).catch(reject);
    });
    const company = { as, ready, members: 0, joined: 0, leave };
    companies.set(place, company);
    return company;
  };

  return async (place, use) => {
    const there = companies.get(place);
    const company = there?.as === use.as ? there : gather(place, use);
    company.members += 1;
    company.joined += 1;
    const close = () => {
      if (companies.get(place) === company) companies.delete(place);
    };
    try {
      await company.ready;
      return await use.work({ close, shared: () => company.joined > 1 });
    } finally {
      company.members -= 1;
      if (company.members === 0) {
        close();
        company.leave();
      }
    }
  };
};

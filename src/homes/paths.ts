import path from 'node:path';

/** Where things lie in a home. Everything a worker keeps is below `dir`. */
export interface HomePaths {
  readonly dir: string;
  /** `{id}` of the home. */
  readonly identity: string;
  /** Who holds the home now. */
  readonly lock: string;
  /** A bare clone per repository, `<key>.git`, from which all worktrees hang. */
  readonly repos: string;
  /** The default hubs, `<key>.git`. */
  readonly hubs: string;
  readonly artifacts: string;
  readonly worktrees: string;
  readonly agents: string;
  readonly sessions: string;
  readonly handoffs: string;
  /** What git is run on in place of clones and hubs, for the time of one run each. */
  readonly views: string;
  worktree(feature: string, name: string): string;
  /** The agents' HOME: the same over all attempts, because CLIs find their sessions by it. */
  agentHome(feature: string, packet: string): string;
  session(feature: string, packet: string): string;
  /** How often the works of a feature were tried. */
  triesOf(feature: string): string;
  handoffsOf(feature: string): string;
}

/** A name that is safe as one path segment: Baton's ids, and the names it reserves. */
const SEGMENT = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** Ids are checked at the edge; this only makes sure that a slip there can't become a path outside. */
export const pathSegment = (value: string): string => {
  if (!SEGMENT.test(value)) throw new TypeError(`"${value}" can't be part of a path`);
  return value;
};

/** The places of the home `dir` (made absolute); makes nothing. */
export const homePaths = (dir: string): HomePaths => {
  const root = path.resolve(dir);
  const at = (...parts: string[]) => path.join(root, ...parts);
  return {
    dir: root,
    identity: at('home.json'),
    lock: at('lock'),
    repos: at('repos'),
    hubs: at('hubs'),
    artifacts: at('artifacts'),
    worktrees: at('worktrees'),
    agents: at('agents'),
    sessions: at('sessions'),
    handoffs: at('handoffs'),
    views: at('views'),
    worktree: (feature, name) => at('worktrees', pathSegment(feature), pathSegment(name)),
    agentHome: (feature, packet) => at('agents', pathSegment(feature), pathSegment(packet)),
    session: (feature, packet) => at('sessions', pathSegment(feature), `${pathSegment(packet)}.json`),
    triesOf: (feature) => at('sessions', pathSegment(feature), 'tries'),
    handoffsOf: (feature) => at('handoffs', pathSegment(feature)),
  };
};

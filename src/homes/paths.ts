import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
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
  /** All trees, each in a folder of its feature. */
  readonly trees: string;
  /** Trees by the names of feature and packet, as homes of before have them. */
  readonly worktrees: string;
  readonly agents: string;
  readonly sessions: string;
  readonly handoffs: string;
  /** What git is run on in place of clones and hubs, for the time of one run each. */
  readonly views: string;
  /**
   * A tree's files. Every tree's path is as long as any other's, and short: sockets below it may have 107 bytes, and a test
   * that has its folder in a name must not differ between two trees. One of before stays where it is.
   */
  worktree(feature: string, name: string): string;
  /** Where all trees of a feature are. */
  treesOf(feature: string): string;
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

const TREES = 't';
/** 40 bits: of the hundreds of trees that a feature has, no two meet by chance. */
const SHORT = 8;

/** A name as a short one of a fixed length; letters and digits of one case, for file systems that know no other. */
const short = (name: string): string =>
  [...createHash('sha256').update(name).digest().subarray(0, SHORT)]
    .map((byte) => (byte % 32).toString(32))
    .join('');

const isFolder = (at: string): boolean => lstatSync(at, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** The longest name that a Unix socket may have, in bytes. */
const LONGEST_SOCKET = 107;
/** What a tool puts a socket at below a tree, such as `node_modules/.cache/tool/server.sock`. */
const USUAL_BELOW = 40;

/** Bytes that a socket's name may have below any tree of the home `dir`. */
export const roomForSockets = (dir: string): number =>
  LONGEST_SOCKET -
  Buffer.byteLength(path.join(path.resolve(dir), TREES, 'x'.repeat(SHORT), 'x'.repeat(SHORT), '/'));

/** What doesn't work in trees of a home that lies so deep, and what to do; undefined if sockets do. */
export function deepHome(dir: string): { readonly what: string; readonly todo: string } | undefined {
  const room = roomForSockets(dir);
  if (room >= USUAL_BELOW) return undefined;
  const left =
    room < 1
      ? 'no socket can be made in its trees'
      : `sockets in its trees can have ${room} bytes below the tree`;
  return {
    what: `the home ${path.resolve(dir)} lies so deep that ${left}`,
    todo: 'name a shorter folder by BATON_HOME or --home if tests make sockets there',
  };
}

/** The same as one sentence. */
export const deepHomeProblem = (dir: string): string | undefined => {
  const deep = deepHome(dir);
  return deep && `${deep.what}: ${deep.todo}`;
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
    trees: at(TREES),
    worktrees: at('worktrees'),
    agents: at('agents'),
    sessions: at('sessions'),
    handoffs: at('handoffs'),
    views: at('views'),
    worktree: (feature, name) => {
      const before = at('worktrees', pathSegment(feature), pathSegment(name));
      return isFolder(before) ? before : at(TREES, short(feature), short(name));
    },
    treesOf: (feature) => at(TREES, short(pathSegment(feature))),
    agentHome: (feature, packet) => at('agents', pathSegment(feature), pathSegment(packet)),
    session: (feature, packet) => at('sessions', pathSegment(feature), `${pathSegment(packet)}.json`),
    triesOf: (feature) => at('sessions', pathSegment(feature), 'tries'),
    handoffsOf: (feature) => at('handoffs', pathSegment(feature)),
  };
};

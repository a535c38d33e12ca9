/**
 * What Baton itself sees in a request before anybody is paid for a design: too few words to build from, and files that
 * the base doesn't have. Pure. A question costs a person's attention, so one is asked only if the request can't be
 * followed as it stands, or a name is most likely a slip; the rest is a remark for the designer.
 */
import type { Question } from './agent-protocol.ts';
import { editDistance } from './nearest.ts';

/** Of a request, before its design. */
export interface RequestDoubts {
  /** For people, each an item of its own. */
  readonly questions: readonly Question[];
  /** For the designer, who can look. */
  readonly remarks: readonly string[];
}

/** Words that say that something is to be done, and not what. */
const EMPTY_WORDS =
  /^(?:a|an|all|and|any|app|better|bug|bugs|can|change|code|do|everything|feature|features|fix|foo|hello|help|hi|improve|improvements?|is|issue|it|make|me|my|new|nice|ok|please|pls|project|refactor|something|stuff|test|tests|testing|that|the|thing|things|this|todo|tbd|update|work|you|your)$/iu;

/** A request asks for a dozen things at most; who names more files knows them. */
const MOST_QUESTIONS = 5;
const MOST_REMARKS = 10;

/** A name with a folder and an ending, alone or in quotes; addresses, globs and what stands in a scope of npm are none. */
const FILE = /(?<![\w@:/.*~$-])(?:\.\/)?((?:[\w.-]+\/)+[\w.-]*\.[A-Za-z][A-Za-z0-9]{0,7})(?![\w/*-])/g;
/** A package or folder below another. A path of a service begins with a slash, and is none. */
const FOLDER = /(?<![\w@:/.*~$-])(?:\.\/)?((?:[\w.-]+\/)+[\w-]+)\/?(?![\w./*-])/g;
/** Before a name: it is to be made. */
const TO_BE_MADE =
  /\b(?:add|create|creates|extract|generate|introduce|move|new|split|write|into|called|named)\b[^.!?\n]{0,40}$/i;

/** Slips of the keyboard in one name. */
const SLIPS = 2;

/**
 * @param files - all that the base commit has
 * @param given - packets of the person's own, which say what is to be built
 */
export function requestDoubts(
  request: string,
  files: readonly string[],
  given: readonly unknown[] = [],
): RequestDoubts {
  const questions: Question[] = [];
  const remarks: string[] = [];
  const words = request.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}_'’-]*/gu) ?? [];
  // A language that writes no spaces has long words; a name of one word says nothing in any.
  const saysNothing = words.every((word) => EMPTY_WORDS.test(word));
  if (given.length === 0 && saysNothing)
    questions.push({
      text: `The request is "${request.trim()}": what is to be built, and how will people see that it is done?`,
    });
  const there = new Set(files);
  const folders = [...new Set(files.flatMap((file) => foldersOf(file)))];
  const named = new Set([...request.matchAll(FILE)].map(([, name = '']) => name));
  for (const name of named) {
    if (there.has(name) || folders.includes(name) || [...there].some((file) => file.endsWith(`/${name}`)))
      continue;
    const isNew = TO_BE_MADE.test(request.slice(0, request.indexOf(name)));
    const meant = likeliest(name, files);
    if (meant !== undefined && !isNew) questions.push(isMeant(name, meant));
    else if (!isNew)
      remarks.push(
        `The request names \`${name}\`, which the base doesn't have: it is to be made, or a mistake.`,
      );
  }
  for (const [, name = ''] of request.matchAll(FOLDER)) {
    const meant = folders.includes(name) || there.has(name) ? undefined : oneSlipFrom(name, folders);
    if (meant === undefined || TO_BE_MADE.test(request.slice(0, request.indexOf(name)))) continue;
    questions.push(isMeant(name, meant));
  }
  return { questions: questions.slice(0, MOST_QUESTIONS), remarks: remarks.slice(0, MOST_REMARKS) };
}

const isMeant = (name: string, meant: string): Question => ({
  text: `The request names \`${name}\`, which the base doesn't have. Is \`${meant}\` meant?`,
  options: [`${meant} is meant`, `${name} is to be made`],
  recommended: `${meant} is meant`,
});

const foldersOf = (file: string): string[] => {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
};

const baseOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
const folderOf = (file: string): string => file.slice(0, Math.max(0, file.lastIndexOf('/')));

/** The file that was most likely meant: the only one of the name elsewhere, or one of nearly the name in its folder. */
function likeliest(name: string, files: readonly string[]): string | undefined {
  const elsewhere = files.filter((file) => baseOf(file) === baseOf(name));
  if (elsewhere.length === 1) return elsewhere[0];
  if (elsewhere.length > 1) return undefined;
  return oneSlipFrom(name, files);
}

/** Of those beside it the one with nearly its name, if no other is as near. */
function oneSlipFrom(name: string, others: readonly string[]): string | undefined {
  const [first, second] = others
    .filter((other) => folderOf(other) === folderOf(name) && Math.abs(other.length - name.length) <= SLIPS)
    .map((other) => ({
      other,
      slips: editDistance(baseOf(other).toLowerCase(), baseOf(name).toLowerCase()),
    }))
    .filter(({ slips }) => slips <= SLIPS)
    .sort((one, another) => one.slips - another.slips);
  return first !== undefined && first.slips !== second?.slips ? first.other : undefined;
}

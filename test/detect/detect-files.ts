import { type Detected, detect } from '../../src/detect/detect.ts';

/** What is found in a repository of these files, by name; one without a text that matters has an empty one. */
export const detectFiles = (texts: Readonly<Record<string, string>>): Detected =>
  detect({ files: Object.keys(texts).sort(), text: (path) => texts[path] });

/** A `package.json` with these scripts. */
export const packageJson = (
  scripts: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): string => JSON.stringify({ name: 'x', scripts, ...more });

/** Checks by name, with what they run. */
export const runsOf = ({ checks }: Detected): Record<string, string> =>
  Object.fromEntries(checks.map(({ name, run }) => [name, run]));

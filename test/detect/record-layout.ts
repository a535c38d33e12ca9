/**
 * Records a repository's layout for the tests, without names of people or machines:
 *   npx tsx test/detect/record-layout.ts FOLDER NAME "how it was made"
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isProjectFile } from '../../src/detect/listing.ts';

const [folder = '.', name = 'layout', made = ''] = process.argv.slice(2);
const options = { cwd: folder, encoding: 'utf8' } as const;
execFileSync('git', ['init', '-q'], options);
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], options);
const files = listed
  .split('\0')
  .filter((file) => file !== '' && !/(?:^|\/)\.git\/|\.(?:svg|png|ico|woff2?)$/.test(file))
  .sort();
const withoutPeople = (text: string) =>
  text
    .replace(/authors? = \[[^\]]*\]/g, 'authors = []')
    .replace(/"author": "[^"]*"/g, '"author": ""')
    .replace(/[\w.+-]+@[\w-]+\.[\w.-]+/g, 'someone@example.com');
const texts = Object.fromEntries(
  files
    .filter(isProjectFile)
    .map((file) => [file, withoutPeople(readFileSync(path.join(folder, file), 'utf8'))]),
);
writeFileSync(
  new URL(`layouts/${name}.json`, import.meta.url),
  `${JSON.stringify({ made, files, texts }, null, 2)}\n`,
);

/** Java: Maven and Gradle, which install, build and test. */
import { posix } from 'node:path';
import { has, inSource, isBelow, isVendored, type ProjectFiles, textsOf } from './listing.ts';
import type { Around, Covers } from './projects.ts';
import type { ProposedCheck, ProposedStack } from './proposal.ts';

const SETTINGS = ['settings.gradle', 'settings.gradle.kts'];
const BUILD = ['build.gradle', 'build.gradle.kts'];

/** Files by which a folder is a project of Java. */
export const JAVA_FILES = ['pom.xml', ...BUILD, ...SETTINGS];

/** Settings by which tests are somewhere else than by custom. */
const JAVA_TESTS = /<testSourceDirectory>|\bsrcDirs?\b[^\n]{0,200}test/i;
/**
 * `commonTest` and its like are Kotlin's. Those of `androidTest` need a device, and no task `test` runs them. Below `src`
 * folders are packages, whatever they are called.
 */
function javaTests(listing: ProjectFiles): string[] {
  const modules = modulesFrom(listing, '');
  const included = [...textsOf(listing, SETTINGS).matchAll(/["']:?([^"'\s]+)["']/g)].map(([, name = '']) =>
    name.replaceAll(':', '/'),
  );
  return inSource(listing.files, '**/src/{test,*Test}/**').filter((file) => {
    const [, folder = ''] = /^(?:(.*?)\/)??src\/(?:test|[^/]*Test)\//.exec(file) ?? [];
    const isOwn = !isVendored(folder) || modules.has(folder) || included.includes(folder);
    return isOwn && !file.includes('/androidTest/');
  });
}

/** A project of Maven or Gradle at the root of the listing. */
export function javaStack(listing: ProjectFiles, around: Around): Omit<ProposedStack, 'folder'> {
  const isMaven = has(listing, 'pom.xml');
  const found = javaTests(listing);
  const files = found.some((file) => /(?:^|\/)src\/test\//.test(file)) ? '**/src/test/**' : undefined;
  const build = textsOf(listing, ['pom.xml', ...BUILD]);
  const guessed = JAVA_TESTS.test(build) || found.length > 0 ? {} : { guessed: true };
  const own = isMaven ? 'mvnw' : 'gradlew';
  const wrapper = has(listing, own) ? `./${own}` : around.pathAbove(own);
  const program = wrapper ?? (isMaven ? 'mvn' : 'gradle');
  const test: ProposedCheck = isMaven
    ? {
        name: 'test',
        run: `${program} -B -ntp test`,
        report: '**/target/surefire-reports/TEST-*.xml',
        network: 'open',
        why: 'Maven, for pom.xml: Surefire is fetched when it first runs',
      }
    : {
        name: 'test',
        run: `${program} --no-daemon --continue test`,
        report: '**/build/test-results/**/TEST-*.xml',
        network: 'open',
        why: 'Gradle',
      };
  return {
    kind: 'java',
    found: [isMaven ? 'Maven' : 'Gradle', ...(wrapper === undefined ? [] : ['wrapper'])],
    setup: [isMaven ? `${program} -B -ntp -q test-compile` : `${program} --no-daemon testClasses`],
    setupNetwork: 'open',
    checks: [{ ...test, ...(files !== undefined && { files }), ...guessed }],
    makes: isMaven ? ['target/'] : ['build/', '.gradle/'],
    installs: [],
    programs: ['java', ...(wrapper === undefined ? [program] : [])],
    notes: [
      `${isMaven ? 'Maven' : 'Gradle'} doesn't tell where it fetches from, so its commands have an open network: name the hosts under \`network\` to bound it.`,
    ],
  };
}

/**
 * What a build of Maven has, by the modules that it names and they name, or one of Gradle: all that have no settings, and
 * builds that it makes its plugins of.
 */
export function javaCovers(listing: ProjectFiles): Covers {
  const modules = modulesFrom(listing, '');
  const isGradle = has(listing, ...SETTINGS);
  const of = (folder: string, names: readonly string[]) => names.map((name) => `${folder}/${name}`);
  const builds = ['buildSrc', ...includedBuilds(listing)];
  const isPart = (folder: string) => builds.some((build) => folder === build || isBelow(folder, build));
  return (folder) =>
    modules.has(folder) ||
    (has(listing, ...SETTINGS, ...BUILD) && isPart(folder)) ||
    (isGradle && has(listing, ...of(folder, BUILD)) && !has(listing, ...of(folder, SETTINGS)));
}

/** The folders that a build of Gradle includes as builds of their own. */
const includedBuilds = (listing: ProjectFiles): string[] =>
  SETTINGS.flatMap((name) => [
    ...(listing.text(name) ?? '').matchAll(/\bincludeBuild\s*\(?\s*["']([^"']+)["']/g),
  ])
    .map(([, folder = '']) => posix.normalize(folder).replace(/\/$/, ''))
    .filter((folder) => folder !== '.' && !folder.startsWith('..'));

/** The folders of a Maven project's modules, and of theirs. */
function modulesFrom(listing: ProjectFiles, folder: string, found = new Set<string>()): Set<string> {
  const pom = listing.text(posix.join(folder, 'pom.xml')) ?? '';
  for (const [, name = ''] of pom.matchAll(/<module>([^<]+)<\/module>/g)) {
    const module = posix.join(folder, name.trim().replace(/(?:^|\/)[^/]+\.xml$/, '')).replace(/\/$/, '');
    if (module === '.' || module.startsWith('..') || found.has(module)) continue;
    found.add(module);
    modulesFrom(listing, module, found);
  }
  return found;
}

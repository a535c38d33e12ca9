import { describe, expect, it } from 'vitest';
import { detectFiles, runsOf } from './detect-files.ts';

const tested = (folder: string) => ({ [`${folder}/src/test/java/ATest.java`]: '' });

describe('a build of Java below another', () => {
  it('is started by the wrapper above it', () => {
    const detected = detectFiles({
      'pom.xml': '<project/>',
      mvnw: '',
      'src/test/java/BTest.java': '',
      'it/a/pom.xml': '<project/>',
      ...tested('it/a'),
    });
    expect(runsOf(detected)['test-it-a']).toBe('cd it/a && ../../mvnw -B -ntp test');
    expect(detected.setup?.run).toBe(
      './mvnw -B -ntp -q test-compile && (cd it/a && ../../mvnw -B -ntp -q test-compile)',
    );
    expect(detected.programs).toEqual(['java']);
  });

  const GRADLE = { 'settings.gradle.kts': '', gradlew: '', 'app/build.gradle': '', ...tested('app') };
  it('is started by its own wrapper, and never by one of the other tool', () => {
    const detected = detectFiles({
      ...GRADLE,
      'tool/build.gradle': '',
      'tool/settings.gradle': '',
      'own/settings.gradle': '',
      'own/gradlew': '',
      'old/pom.xml': '<project/>',
      ...tested('tool'),
      ...tested('own'),
      ...tested('old'),
    });
    expect(runsOf(detected)).toMatchObject({
      'test-tool': 'cd tool && ../gradlew --no-daemon --continue test',
      'test-own': 'cd own && ./gradlew --no-daemon --continue test',
      'test-old': 'cd old && mvn -B -ntp test',
    });
    expect(detected.programs).toEqual(['java', 'mvn']);
  });

  it.each<[string, Record<string, string>]>([
    ['buildSrc', GRADLE],
    ['build-logic', { 'settings.gradle.kts': 'pluginManagement {\n  includeBuild("build-logic")\n}\n' }],
    ['gradle/plugins', { 'settings.gradle': "includeBuild './gradle/plugins'\n" }],
    ['gradle/plugins', { 'settings.gradle': "includeBuild('gradle') { name = 'x' }\n" }],
  ])('is a part of that, if Gradle builds it with that: %s', (folder, root) => {
    const detected = detectFiles({
      ...GRADLE,
      ...root,
      [`${folder}/settings.gradle.kts`]: '',
      [`${folder}/build.gradle.kts`]: '',
      ...tested(folder),
    });
    expect(Object.keys(runsOf(detected))).toEqual(['test']);
    expect(detected.stacks.map((stack) => stack.folder)).toEqual(['']);
  });
});

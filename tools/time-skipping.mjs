// Gets Temporal's time-skipping test server (Java 17, Maven) into the cache, once, and prints the path of a
// launcher that the SDK can start: TestWorkflowEnvironment.createTimeSkipping with an `existing-path` executable.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheDirectory } from '../src/dev-server/cache-directory.ts';
import { withProcessLock } from '../src/homes/process-lock.ts';

/** Runs on Java 17, as every release so far. */
const version = '1.38.0';

/** About 40 MB from Maven's repository: minutes on a slow line, and then another try is better. */
const lockTimeout = 15 * 60_000;

const say = (line) => process.stderr.write(`time skipping: ${line}\n`);

/** Gets the server if it isn't there; returns the launcher's path. */
async function timeSkippingServer() {
  const home = path.join(cacheDirectory(), 'temporal-test-server');
  const target = path.join(home, version);
  const launcher = path.join(target, 'temporal-test-server');
  if (await exists(launcher)) return launcher;
  const get = async () => {
    if (await exists(launcher)) return;
    say(`getting io.temporal:temporal-test-server ${version} with Maven, once.`);
    const work = await mkdtemp(path.join(home, '.new-'));
    try {
      await build(work);
      await rm(path.join(work, 'pom.xml'));
      await rename(work, target);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  };
  await withProcessLock(path.join(home, 'locks'), get, { timeoutMs: lockTimeout });
  return launcher;
}

async function build(directory) {
  await writeFile(path.join(directory, 'pom.xml'), pom());
  await mkdir(path.join(directory, 'lib'));
  const goal = [
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${directory}/lib`,
  ];
  await run('mvn', ['-B', '-q', '-f', path.join(directory, 'pom.xml'), ...goal]);
  const script = ['#!/bin/sh', 'here=$(dirname "$0")'];
  script.push('exec java -cp "$here/lib/*" io.temporal.testserver.TestServer "$@"', '');
  await writeFile(path.join(directory, 'temporal-test-server'), script.join('\n'), { mode: 0o755 });
}

function pom() {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>baton</groupId><artifactId>time-skipping</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`;
}

async function run(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 2, 2] });
  const [code] = await once(child, 'exit').catch((error) => {
    throw new Error(
      `${command} could not be started (${error.code}). The tests of time need Java 17 and Maven.`,
    );
  });
  if (code !== 0) throw new Error(`${command} ended with exit code ${code}; what it said stands above.`);
}

async function exists(file) {
  return await access(file).then(
    () => true,
    () => false,
  );
}

try {
  process.stdout.write(`${await timeSkippingServer()}\n`);
} catch (error) {
  say(error.message);
  process.exitCode = 2;
}

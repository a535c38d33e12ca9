import { relative } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { inject, type RunnerTestCase, type RunnerTestFile, type RunnerTestSuite, TestRunner } from 'vitest';

/** What a mutation is tried against: the tests that run it, by Stryker's ids. */
interface Order {
  readonly mutant: string;
  readonly tests: readonly string[];
  readonly hitLimit: number | undefined;
}
/** Stryker's switches in the sources. */
interface Switches {
  activeMutant: string | undefined;
  hitCount: number | undefined;
  hitLimit: number | undefined;
}
type Task = RunnerTestSuite | RunnerTestCase;
/** A test with what it asked to have done at its end. */
type Ending = RunnerTestCase & {
  onFinished?: ((context: RunnerTestCase['context']) => unknown)[] | undefined;
};

const provided = inject as unknown as (key: string) => unknown;
const switched = (to: Switches) =>
  Object.assign(
    (globalThis as unknown as Record<string, object>)[String(provided('globalNamespace'))] ?? {},
    to,
  );
const isWarm = provided('mode') === 'warm';
/** How many files there are to load. */
let left = JSON.parse(process.env.BATON_MUTATE_TESTS ?? '[]').length as number;
const tests = new Map<string, RunnerTestCase[]>();
/** Suites whose `beforeAll` was run. */
const begun = new Set<RunnerTestSuite>();

/**
 * Runs tests as vitest does, unless `warm-runner.mjs` wants them kept loaded: then it loads all files, and in the first
 * test of the last one runs again and again what it is asked to.
 */
export default class WarmTests extends TestRunner {
  constructor(config: ConstructorParameters<typeof TestRunner>[0]) {
    super(config);
    if (isWarm) this.runTask = (driver: RunnerTestCase) => this.serve(driver);
  }

  runTask?: (driver: RunnerTestCase) => Promise<void>;

  async onCollected([file]: RunnerTestFile[]): Promise<void> {
    if (!isWarm || file === undefined) return;
    await this.onBeforeRunSuite(file);
    const found = casesOf(file);
    for (const test of found) {
      tests.set(idOf(test), [...(tests.get(idOf(test)) ?? []), test]);
      test.mode = 'skip';
    }
    left -= 1;
    const driver = left === 0 ? found[0] : undefined;
    if (driver === undefined) file.mode = 'skip';
    else driver.mode = 'run';
  }

  /** Vitest forgets here what tests of a file need to compare with. */
  override onAfterRunFiles(): void {
    if (!isWarm) super.onAfterRunFiles();
  }

  private serve(driver: RunnerTestCase): Promise<void> {
    const channel = new BroadcastChannel('baton-mutate');
    return new Promise((resolve) => {
      channel.onmessage = ({ data }) => {
        if (data.order !== undefined)
          void this.obey(data.order, driver)
            .catch((error) => ({ failed: '', problem: String(error), isSure: false }))
            .then((done) => channel.postMessage({ done }));
        if (data.end !== true) return;
        channel.close();
        void ended().then(resolve, resolve);
      };
      channel.postMessage({ ready: true });
    });
  }

  /** Until the first test fails; a failure counts only if the test passes without the mutation. */
  private async obey({ mutant, tests: ids, hitLimit }: Order, driver: RunnerTestCase) {
    const wanted = new Set(ids);
    for (const [id, cases] of tests)
      for (const test of wanted.has(id) ? cases : []) {
        await begin(suitesOf(test));
        switched({ activeMutant: mutant, hitCount: 0, hitLimit });
        const problem = await this.problemOf(test, driver);
        switched({ activeMutant: undefined, hitCount: undefined, hitLimit });
        if (problem === undefined) continue;
        return { failed: id, problem, isSure: (await this.problemOf(test, driver)) === undefined };
      }
    return {};
  }

  /** Runs one test with its hooks. What it asks to have done at its end is kept by the test that vitest knows of. */
  private async problemOf(test: Ending, driver: Ending): Promise<string | undefined> {
    const suites = suitesOf(test);
    const ends: (() => unknown)[] = [];
    test.result = { state: 'run', startTime: Date.now(), retryCount: 0 };
    try {
      this.onBeforeTryTask(test);
      for (const suite of suites)
        for (const before of TestRunner.getSuiteHooks(suite).beforeEach) {
          const end: unknown = await before(test.context, suite);
          if (typeof end === 'function') ends.push(() => end());
        }
      await TestRunner.getTestFn(test)();
      this.onAfterTryTask(test);
      for (const suite of suites.toReversed())
        for (const after of TestRunner.getSuiteHooks(suite).afterEach) await after(test.context, suite);
      return test.result.errors?.[0]?.message;
    } catch (error) {
      return String(error);
    } finally {
      for (const finished of [...(driver.onFinished ?? []), ...(test.onFinished ?? [])].toReversed())
        ends.unshift(() => finished(test.context));
      driver.onFinished = undefined;
      test.onFinished = undefined;
      for (const end of ends) await end();
    }
  }
}

const casesOf = (task: Task): RunnerTestCase[] =>
  task.type === 'test' ? [task] : task.tasks.flatMap((each) => casesOf(each as Task));

function suitesOf(test: RunnerTestCase): RunnerTestSuite[] {
  const above: RunnerTestSuite[] = [];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) above.unshift(suite);
  return [test.file, ...above];
}

async function begin(suites: readonly RunnerTestSuite[]): Promise<void> {
  for (const suite of suites.filter((one) => !begun.has(one))) {
    begun.add(suite);
    for (const before of TestRunner.getSuiteHooks(suite).beforeAll) await before(suite);
  }
}

async function ended(): Promise<void> {
  for (const suite of [...begun].toReversed())
    for (const after of TestRunner.getSuiteHooks(suite).afterAll) await after(suite);
}

/** As Stryker names it. */
function idOf(test: RunnerTestCase): string {
  const names = [...suitesOf(test).slice(1), test].map(({ name }) => name);
  return `${relative(process.cwd(), test.file.filepath)}#${names.join(' ').trim()}`;
}

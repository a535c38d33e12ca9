// Stryker's runner of vitest, without loading the tests anew for each mutation, which took most of its time.
import { BroadcastChannel } from 'node:worker_threads';
import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner';

class WarmRunner {
  /** @param cold Stryker's own: for the first run, and for mutations of what is run as a module is loaded */
  constructor(cold) {
    this.cold = cold;
    this.channel = new BroadcastChannel('baton-mutate');
    this.channel.unref();
  }

  capabilities() {
    return this.cold.capabilities();
  }

  init() {
    return this.cold.init();
  }

  dryRun(options) {
    return this.cold.dryRun(options);
  }

  async mutantRun(options) {
    if (!options.reloadEnvironment && (await this.warmedUp())) {
      const { activeMutant, testFilter, hitLimit } = options;
      const { failed, problem, isSure } = await this.answer({
        order: { mutant: activeMutant.id, tests: testFilter, hitLimit },
      });
      const nrOfTests = testFilter.length;
      if (failed === undefined) return { status: 'survived', nrOfTests };
      if (isSure) return { status: 'killed', killedBy: [failed], failureMessage: problem, nrOfTests };
    }
    // Also if a test fails without the mutation now: something is left over, of this or of an earlier one.
    await this.cooledDown();
    return await this.cold.mutantRun(options);
  }

  async dispose() {
    this.channel.postMessage({ end: true });
    await this.cold.dispose();
  }

  async warmedUp() {
    if (this.running !== undefined) return true;
    const { ctx } = this.cold;
    ctx.provide('mode', 'warm');
    ctx.state.filesMap.clear();
    for (const project of ctx.projects) project.config.testNamePattern = undefined;
    const ready = new Promise((resolve) => {
      this.channel.onmessage = () => resolve(true);
    });
    const running = ctx.start();
    const isReady = await Promise.race([ready, running.then(() => false)]);
    this.running = isReady ? running : undefined;
    return isReady;
  }

  async cooledDown() {
    if (this.running === undefined) return;
    this.channel.postMessage({ end: true });
    await this.running;
    this.running = undefined;
  }

  answer(message) {
    return new Promise((resolve) => {
      this.channel.onmessage = ({ data }) => resolve(data.done);
      this.channel.postMessage(message);
    });
  }
}

const [{ factory }] = vitestPlugins;
const create = (injector) => new WarmRunner(injector.injectFunction(factory));
create.inject = ['$injector'];
export const strykerPlugins = [{ kind: 'TestRunner', name: 'warm-vitest', factory: create }];

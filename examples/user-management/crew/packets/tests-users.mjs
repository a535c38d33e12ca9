import { setTimeout as sleep } from 'node:timers/promises';
import { readScenario } from '../lib/scenario.mjs';

const API_TESTS = 'src/test/users-api.test.ts';
const QUESTION = {
  text: 'The test database is not reset between tests: a second run of the API tests meets the rows of the first. How should tests be kept apart?',
  recommended:
    'Use transaction rollback pattern - wrap each test in a transaction and rollback after. Check src/test/helpers.ts for existing patterns.',
};

/** Test utilities and mocks first; tests of the real thing as soon as it is merged. */
export const testsUsers = {
  async work({ tree, session, progress, measure }) {
    await session.step('utilities', () => tree.lay('tests-users/utilities'));
    progress(
      'test utilities: createTestUser factory, setupTestDb helper; mock repository with in-memory store; writing unit tests for the repository interface',
      25,
    );
    await session.step('unit', () => tree.lay('tests-users/unit'));
    const { words } = await measure('Unit tests for the repository interface, on a mock');
    progress(`repository unit tests complete (using mocks), test database configured; ${words}`, 50);
    return {
      summary: 'Scripted: factories, helpers, a mock repository and its unit tests.',
      pendingActions: ['API integration tests, as soon as there is an API to test'],
    };
  },

  /** The real repository and the API are merged. */
  async swap({ tree, session, answer, advice, progress, measure }) {
    progress('the real repository and the API are merged: moves from mocks to them');
    await session.step('real', () => {
      tree.lay('tests-users/swap');
      for (const mock of ['contract', 'mock-users']) tree.remove(`src/test/${mock}.ts`);
    });
    const once = await measure('API integration tests for all endpoints');
    await session.step('repeat', () => tree.edit([API_TESTS], repeated));
    const twice = await measure('The same tests, each run twice: none may depend on what another left');
    const said = session.keep('said', answer ?? advice);
    if (!twice.passed && said === undefined) {
      progress(
        `API integration tests written for all endpoints. Running into issue: test database not resetting between tests (first run: ${once.words}; each twice: ${twice.words})`,
        70,
      );
      // Advice ends this process and comes with the next run; nobody there must not mean for ever.
      await sleep(readScenario().adviceWaitMs);
      return { question: QUESTION };
    }
    if (said !== undefined)
      progress(`each test in a transaction that is rolled back, as advised: ${said.slice(0, 200)}`, 80);
    await session.step('rollback', () => tree.lay('tests-users/rollback'));
    const apart = await measure('Each test in a transaction that is rolled back');
    progress(`each test twice: ${apart.words}`, 95);
    return {
      summary:
        'Scripted: unit tests on a mock database, integration tests of all endpoints, each in a transaction.',
      decisions: ['Each integration test runs in a transaction that is rolled back, and twice'],
      testsAdded: ['src/test/user-repository.test.ts', API_TESTS],
    };
  },

  evidence: () => [
    { test: 'UserRepository (mock DB) > answers the row that the database answers' },
    { test: 'the API of users > changes email and name' },
    { test: 'the API of users > refuses a duplicate email, at creation and at a change' },
    { file: 'src/test/factories.ts' },
  ],
};

const repeated = (text) =>
  text.replace(
    "describe('the API of users', () => {",
    "describe('the API of users', { repeats: 1 }, () => {",
  );

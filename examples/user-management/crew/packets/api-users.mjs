const FOLDER = 'src/app/api/users';
const ROUTES = [`${FOLDER}/route.ts`, `${FOLDER}/[id]/route.ts`];
const TESTS = `${FOLDER}/users.test.ts`;
const FULL = 'Return the full user object';
const ONLY_ID = 'Return just the ID';
const ANSWERS_400 =
  'POST /api/users > answers 400 that names what is wrong, and 409 to an email that is taken';
const ANSWERS_ID = 'answers the id of the created user';

/** The endpoints: on a mock repository first, on the real one as soon as that is merged. */
export const apiUsers = {
  async work({ tree, session, answer, progress, measure }) {
    await session.step('tests', () => tree.lay('api-users/red'));
    await measure('RED: failing tests of GET /api/users');
    await session.step('reading', async () => {
      tree.lay('api-users/green');
      await tree.edit(['src/app/routes.ts'], mounted);
    });
    const { words } = await measure('GREEN: GET /api/users and GET /api/users/:id on a mock repository');
    const asked = session.keep('answer', answer);
    if (asked === undefined) {
      progress(
        `mock UserRepository, GET /api/users with pagination, GET /api/users/:id (${words}); starting POST`,
        35,
      );
      const text = 'Should user creation return the created user or just the ID?';
      return { question: { text, options: [FULL, ONLY_ID], recommended: FULL } };
    }
    progress(`POST as answered: ${asked}`, 60);
    await session.step('writing', async () => {
      tree.lay('api-users/rest');
      if (asked.startsWith(ONLY_ID)) await tree.edit([ROUTES[0], TESTS], onlyId);
    });
    const rest = await measure('GREEN: POST, PATCH and DELETE with input validation');
    progress(`all 5 endpoints on the mock, validation, errors in one shape; ${rest.words}`, 85);
    return {
      summary: 'Scripted: all 5 endpoints with validation, on a mock repository.',
      decisions: [`User creation: ${asked}`],
      pendingActions: ['Switch from the mock to the real repository'],
    };
  },

  /** db-users is merged: the mock goes. It answered at once, the real repository answers promises. */
  async swap({ tree, session, progress }) {
    progress('db-users is merged: switches from the mock to the real repository', 90);
    await session.step('swap', async () => {
      tree.lay('api-users/swap');
      tree.remove(`${FOLDER}/mock-repository.ts`);
      await tree.edit(ROUTES, awaited);
    });
    return { summary: 'Scripted: all 5 endpoints on the real UserRepository.' };
  },

  /** A test is red: the call that the swap left without its `await`. */
  async check({ tree, session, task, progress }) {
    const red = task.feedback.flatMap(
      ({ kind, text }) => (kind === 'check' ? text.match(/^- .*$/gm) : []) ?? [],
    );
    progress(`red on the real repository: ${red.join(', ').slice(0, 300)}; looks for a missing await`, 95);
    await session.step('mend', () => tree.edit(ROUTES, mended));
    return { summary: 'Scripted: the await that was missing in PATCH is there.' };
  },

  evidence: ({ tree }) =>
    [
      'GET /api/users > lists users by page',
      'GET /api/users/:id > shows a user, never the password',
      `POST /api/users > ${tree.exists(TESTS) && tree.read(TESTS).includes(ANSWERS_ID) ? ANSWERS_ID : 'answers the created user'}`,
      'PATCH /api/users/:id > changes what it names and keeps the rest',
      'DELETE /api/users/:id > deletes a user, once',
      ANSWERS_400,
      ANSWERS_400,
    ].map((name) => ({ test: name })),
};

const mounted = (text) =>
  text
    .replace(
      /(import \* as tickets .*\n)/,
      "$1import * as user from './api/users/[id]/route.ts';\nimport * as users from './api/users/route.ts';\n",
    )
    .replace(
      /\n\];/,
      "\n  { path: '/api/users', handlers: users },\n  { path: '/api/users/:id', handlers: user },\n];",
    );

const onlyId = (text) =>
  text
    .replace('c.json({ data: user }, 201)', 'c.json({ data: { id: user.id } }, 201)')
    .replace("'answers the created user'", `'${ANSWERS_ID}'`)
    .replace('toMatchObject({ email: body.email, name: body.name })', 'toEqual({ id: expect.any(String) })');

// What the compiler complains of gets its await. It doesn't complain of a promise that is only put into JSON.
const awaited = (text) => text.replace(/\busers\.(?!updateUser)(\w+)\(/g, 'await users.$1(');
const mended = (text) => text.replace(/(?<!await )\busers\.updateUser\(/g, 'await users.updateUser(');

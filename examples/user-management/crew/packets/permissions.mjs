/** Who may do what with users, by their roles. */
export const permissions = {
  async work({ tree, session, progress, measure }) {
    await session.step('tests', () => tree.lay('permissions/red'));
    await measure('RED: failing tests of roles and of what they permit');
    await session.step('roles', async () => {
      tree.lay('permissions/green');
      await tree.edit(['src/app/routes.ts'], withGuard);
    });
    const { words } = await measure('GREEN: the endpoints of users are guarded');
    progress(`roles admin and member, guarded endpoints; ${words}`, 90);
    return {
      summary: 'Scripted: the endpoints of users permit what the roles of the acting user permit.',
      decisions: ['A client that names no acting user asks for itself, as before'],
    };
  },

  evidence: () =>
    [
      'admins may read and write users, members only read them, others neither',
      'a role can be given twice and counts once',
      'requests on behalf of a user > may do what the roles of that user permit',
      'requests on behalf of a user > are no different for a client that asks for itself',
    ].map((name) => ({ test: name })),
};

const withGuard = (text) =>
  text
    .replace(/handlers: (users?) }/g, "handlers: guarded('users', $1) }")
    .replace(/(import .*handlers\.ts';\n)/, "import { guarded } from './guarded.ts';\n$1");

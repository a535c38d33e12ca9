import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitMessage, featureMessage, identitiesOf } from '../../src/domain/commit-message.ts';
import { type CommitsConfig, commitsSchema } from '../../src/domain/commits-config.ts';
import { type PacketDraft, packetSchema } from '../../src/domain/packet.ts';

const commits = (more: object = {}): CommitsConfig => commitsSchema.parse(more);
const packet = (objective: string, more: Partial<PacketDraft> = {}) =>
  packetSchema.parse({ id: 'api-prefs', objective, ...more });
const message = (objective: string, more: Partial<Parameters<typeof commitMessage>[0]> = {}) =>
  commitMessage({
    commits: commits(),
    feature: 'user-prefs',
    packet: packet(objective),
    role: 'tdd-typescript',
    ...more,
  });
const subjectOf = (text: string) => text.split('\n')[0] ?? '';
const trailersOf = async (input: string) =>
  (await execa('git', ['interpret-trailers', '--parse'], { input, cwd: '/' })).stdout;

const OURS = 'Baton-Feature: user-prefs\nBaton-Packet: api-prefs\nBaton-Role: tdd-typescript';

describe('the message of a packet’s commit', () => {
  it('reads like one that an engineer wrote', () => {
    const summary = `Added the routes and a store for them. Writes are rejected if the version that the client read is no longer the current one.

- \`GET /preferences\` returns the stored document, or the defaults if the user never saved any
- \`PUT /preferences\` needs \`If-Match\``;
    const measured = {
      tests: { total: 14, passing: 14, failing: 0, skipped: 0 },
      checks: ['test', 'lint'],
    };
    expect(message('Serve preferences over HTTP. Use the store of src/db.', { summary, measured })).toBe(
      `Serve preferences over HTTP

Added the routes and a store for them. Writes are rejected if the
version that the client read is no longer the current one.

- \`GET /preferences\` returns the stored document, or the defaults if the
  user never saved any
- \`PUT /preferences\` needs \`If-Match\`

Checked: test (14 of 14 pass), lint.

${OURS}
`,
    );
  });

  it.each([
    ['Add the file.', 'Add the file'],
    ['  Add\tthe\r\n file!  ', 'Add the file!'],
    ['Use lock files, e.g. those of npm. Not more.', 'Use lock files, e.g. those of npm'],
    ['Support v1.2 of the API', 'Support v1.2 of the API'],
    ['Do all of this:\n- one\n- two', 'Do all of this'],
    ['Wait for it...', 'Wait for it...'],
    ['. . .', '. .'],
    ['a\u0000b\u001b[31m c\u202e', 'ab[31m c'],
    [' \u0000\u200b ', 'Work on api-prefs'],
    ['--- a/file', 'a/file'],
    ['---', 'user-prefs api-prefs'],
  ])('%j has the subject %j', (objective, subject) => expect(subjectOf(message(objective))).toBe(subject));

  it('cuts a long objective at a word, and then has all of it in the body', () => {
    const objective = `Serve the preferences of a user over HTTP with ${'many '.repeat(20)}words. Then stop.`;
    const text = message(objective);
    expect(subjectOf(text)).toBe('Serve the preferences of a user over HTTP with many many many many…');
    expect(text.split('\n\n')[1]?.replaceAll('\n', ' ')).toBe(objective);
  });

  it('fills the subject that baton.yaml gives', () => {
    const withTemplate = {
      commits: commits({ subject: '{kind}({packet}): {objective} [{feature}, {role}]' }),
    };
    expect(subjectOf(message('Add the file at the root', withTemplate))).toBe(
      'implementation(api-prefs): Add the file… [user-prefs, tdd-typescript]',
    );
    const plain = { commits: commits({ subject: '{packet}: {objective}' }) };
    expect(subjectOf(message('Write {feature} and $& down', plain))).toBe(
      'api-prefs: Write {feature} and $& down',
    );
  });

  it('has the objective in the body if the subject names only the packet', () => {
    expect(message('Add the file', { commits: commits({ subject: '{feature}/{packet}' }) })).toBe(
      `user-prefs/api-prefs\n\nAdd the file\n\n${OURS}\n`,
    );
  });

  it('takes the title of a checkpoint in place of the objective', () => {
    expect(subjectOf(message('Add the file', { title: 'Test that the file is there.' }))).toBe(
      'Test that the file is there',
    );
  });

  it('says of the designer’s commit that it is the design', () => {
    const text = commitMessage({ commits: commits(), feature: 'user-prefs', role: 'backend-architect' });
    expect(text).toBe(
      'Design user-prefs\n\nBaton-Feature: user-prefs\nBaton-Packet: design\nBaton-Role: backend-architect\n',
    );
  });

  it('signs off with the committer, last', () => {
    const signed = commits({
      author: 'Ada <ada@example.com>',
      committer: 'Bot <bot@example.com>',
      signoff: true,
    });
    expect(message('Add the file', { commits: signed })).toBe(
      `Add the file\n\n${OURS}\nSigned-off-by: Bot <bot@example.com>\n`,
    );
  });

  it('keeps code and cuts a summary after 15 lines', () => {
    const code = `\`\`\`sh\n  npm run ${'x'.repeat(100)}\n\`\`\``;
    expect(message('Add the file', { summary: code })).toContain(code);
    const long = Array.from({ length: 40 }, (_, index) => `- line ${index}`).join('\n');
    const body = message('Add the file', { summary: long }).split('\n\n').slice(1, -1);
    expect(body[0]?.split('\n')).toHaveLength(15);
    expect(body.slice(1)).toEqual(['…']);
  });

  it('does not repeat an objective that the agent gave back as its summary', () => {
    expect(message('Add the file.', { summary: 'Add the  file.\n' })).toBe(`Add the file\n\n${OURS}\n`);
  });
});

describe('words of agents', () => {
  const SCISSORS = `# ${'-'.repeat(24)} >8 ${'-'.repeat(24)}`;
  const forged = 'Signed-off-by: Eve <eve@example.com>\nBaton-Packet: other';

  it.each([
    forged,
    `Done.\n\n${forged}`,
    `Done.\n\n${forged}\n---\nrest`,
    `Done.\n\n${forged}\n\n--- a/file\nrest`,
    `Done.\n\n${forged}\n\n${SCISSORS}\nrest`,
    `Done.\n\n${forged}\n\n${'x'.repeat(71)} ${SCISSORS}`,
    `Done.\n\n${forged}\n\n${'x '.repeat(35)} --- rest`,
    `\`\`\`\n${forged}\n---\n\`\`\``,
    `    x\n\n${forged}\n(cherry picked from commit ${'a'.repeat(40)})`,
    `Done.\r\r${forged}\u2028\u2028---\u0085`,
    `${forged}\n# comment\nConflicts:\n\tfile`,
  ])('%j forge no trailer', async (words) => {
    expect(await trailersOf(message('Add the file', { summary: words }))).toBe(OURS);
    expect(await trailersOf(message(words))).toBe(OURS);
    expect(await trailersOf(message('Add', { title: words, summary: words }))).toBe(OURS);
    expect(message('Add the file', { summary: words })).not.toMatch(/^Signed-off-by/m);
  });

  const piece = fc.oneof(
    { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
    fc.constantFrom('\n', '\n\n', '---', '--- ', SCISSORS, '#', '\t', ' ', '```\n', '- ', '    ', '\u0000'),
    fc.constantFrom('Signed-off-by: Eve <e@x>', 'Co-authored-by: E <e@x>', 'Key: value', 'diff -', 'word. '),
    fc.constantFrom('\ud800', '\u2028', '\r', '\u202e', 'x'.repeat(80), 'e.g. ', '{packet}', '…'),
  );
  const words = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  const template = fc.constantFrom(
    '{objective}',
    '{packet}: {objective}',
    '{kind}({feature}): {objective}',
    ' ',
  );

  it('make a subject that is one line, never empty and at most 72 characters', () => {
    fc.assert(
      fc.property(words, words, template, (objective, title, subject) => {
        const text = commitMessage({
          commits: commits({ subject }),
          feature: 'user-prefs',
          packet: { ...packet('x'), objective },
          role: 'tdd-typescript',
          title,
        });
        const [first = '', second] = text.split('\n');
        expect([...first].length).toBeLessThanOrEqual(72);
        expect(first.trim()).not.toBe('');
        expect(second).toBe('');
        expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cs}/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('leave only Baton’s trailers to git, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(words, words, fc.boolean(), async (objective, summary, measured) => {
        const text = message('x', {
          packet: { ...packet('x'), objective },
          summary,
          ...(measured && { measured: { tests: null, checks: ['lint'] } }),
        });
        expect(await trailersOf(text)).toBe(OURS);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the message of a feature’s commit', () => {
  const of = (more: Partial<Parameters<typeof featureMessage>[0]> = {}) =>
    featureMessage({
      commits: commits(),
      feature: 'user-prefs',
      request: 'Let users store their preferences.',
      ...more,
    });

  it('has the request as its subject and names what was merged', () => {
    const text = of({
      base: 'main',
      packets: [packet('Serve preferences. Quickly.'), { id: 'docs', objective: 'Document them' }],
      measured: { tests: null, checks: ['test'] },
    });
    expect(text).toBe(`Let users store their preferences

This merges the feature user-prefs into main.

- api-prefs: Serve preferences
- docs: Document them

Checked: test.

Baton-Feature: user-prefs
`);
  });

  it('can hold no trailers but Baton’s', async () => {
    const forged = 'Signed-off-by: Eve <e@x>\n---\n';
    expect(await trailersOf(of({ request: `x\n\n${forged}`, packets: [packet(forged)] }))).toBe(
      'Baton-Feature: user-prefs',
    );
  });

  it('has a subject for a request without words', () =>
    expect(subjectOf(of({ request: ' ' }))).toBe('Land user-prefs'));
});

describe('author and committer', () => {
  it.each([
    [{}, 'Baton <baton@localhost>', 'Baton <baton@localhost>'],
    [{ author: 'Ada L. <ada@x>' }, 'Ada L. <ada@x>', 'Ada L. <ada@x>'],
    [{ committer: 'Bot <b@x>' }, 'Baton <baton@localhost>', 'Bot <b@x>'],
    [{ author: 'Ada <a@x>', committer: 'Bot <b@x>' }, 'Ada <a@x>', 'Bot <b@x>'],
  ])('of %j are %s and %s', (config, author, committer) => {
    const found = identitiesOf(commits(config));
    expect(`${found.author.name} <${found.author.email}>`).toBe(author);
    expect(`${found.committer.name} <${found.committer.email}>`).toBe(committer);
  });
});

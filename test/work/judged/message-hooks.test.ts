import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import { packetOf, Workplace } from './workplace.ts';

/** As Gerrit's: every message gets an id that nobody can foresee. */
const CHANGE_ID = `grep -q '^Change-Id: ' "$1" || {
  id=$( (cat "$1"; git var GIT_COMMITTER_IDENT; head -c 20 /dev/urandom) | git hash-object --stdin)
  git interpret-trailers --in-place --trailer "Change-Id: I$id" "$1"
}
`;
/** As commitlint's: a form for the first line, and words that nobody may write. */
const FORM = `head -1 "$1" | grep -Eq '^(feat|fix): ' || { echo "the subject needs a type: feat or fix"; exit 1; }
! head -1 "$1" | grep -q '^[a-z]*: [A-Z]' || { echo "no capital after the type"; exit 1; }
! grep -q WIP "$1" || { echo "no work in progress"; exit 1; }
`;
const commits = { subject: 'feat: {objective}' };
const open = (hooks: Readonly<Record<string, string>>, config: Partial<ConfigDraft> = {}) =>
  Workplace.begun({
    config: { checks: { test: 'true' }, commits, hooks: 'run', ...config },
    files: { ...hooks, 'src/base.txt': 'base\n' },
  });
const merged = async (place: Workplace, id: string, more: object = {}) => {
  await place.write(id, { [`src/${id}.txt`]: `${id}\n` });
  return place.merge(packetOf(id, { objective: `Add ${id}` }), more);
};
const messageOf = (place: Workplace, commit: string) => place.git('show', '-s', '--format=%B', commit);

describe('messages of the commits that land', () => {
  it('go through commit-msg, which may add to them: those of packets, of checkpoints and of the merge', async () => {
    const place = await open(
      { '.husky/commit-msg': `${FORM}${CHANGE_ID}` },
      { commits: { ...commits, per: 'checkpoint' } },
    );
    await place.write('one', { 'src/one.txt': 'half\n' });
    await place.checkpoint('one', 'A first half');
    const one = await merged(place, 'one', { summary: 'Wrote it.' });
    const [subject, ...lines] = messageOf(place, one.new).split('\n');
    expect(subject).toBe('feat: add one');
    expect(lines).toContain('Wrote it.');
    expect(lines.at(-2)).toMatch(/^Baton-Role: /);
    expect(lines.at(-1)).toMatch(/^Change-Id: I[0-9a-f]{40}$/);
    expect(messageOf(place, `${one.new}^`)).toMatch(/^feat: a first half\n(?:.*\n)*Change-Id: I/);
    await place.moveBase({ 'src/theirs.txt': 'theirs\n' });
    const { commit } = await place.land(await place.readyToLand({ request: 'Add one' }));
    expect(messageOf(place, commit)).toMatch(/^feat: add one\n(?:.*\n)*Change-Id: I/);
  });

  it('lose an agent’s own words before a person is asked for others', async () => {
    const place = await open({ '.husky/commit-msg': FORM }, { commits: { ...commits, per: 'checkpoint' } });
    await place.write('one', { 'src/one.txt': 'half\n' });
    await place.checkpoint('one', 'WIP');
    const one = await merged(place, 'one', { summary: 'WIP: it is not done.' });
    expect(messageOf(place, one.new)).toMatch(/^feat: add one\n\nChecked: /);
    // The checkpoint that nobody may call so is part of the next commit.
    expect(place.git('rev-parse', `${one.new}^`)).toBe(one.old);
  });

  it('that no hook takes are told to a person, with the hook’s words and what can be done', async () => {
    const place = await open({ '.husky/commit-msg': FORM }, { commits: {} });
    const refused = merged(place, 'one');
    await expect(refused).rejects.toMatchObject({ type: 'Repository' });
    await expect(refused).rejects.toThrow(
      /refuses what Baton would land:\n {4}Add one\n[\s\S]*It says: the subject needs a type: feat or fix\n.*commits\.subject/,
    );
  });

  it('are tried on the hooks with the base, before work is paid for that no message could land', async () => {
    const hooks = { '.husky/commit-msg': FORM };
    const redOn = async (place: Workplace, request?: string) =>
      (await place.baseline(request)).checks.filter(({ passed }) => !passed);
    const [red, ...others] = await redOn(await open(hooks, { commits: {} }));
    expect(others).toEqual([]);
    expect(red).toMatchObject({ name: 'commit messages', exitCode: 1 });
    expect(red?.tail).toMatch(
      /"Add what was asked for":\nthe subject needs a type: feat or fix\nSet commits\.subject/,
    );
    for (const per of ['packet', 'feature'] as const)
      expect(await redOn(await open(hooks, { commits: { ...commits, per } }))).toEqual([]);
    const ticket = await open({ '.husky/commit-msg': 'head -1 "$1" | grep -Eq "[A-Z]+-[0-9]+"' });
    expect(await redOn(ticket, 'Add names (API-12)')).toEqual([]);
    expect(await redOn(ticket, 'Add names')).toMatchObject([{ name: 'commit messages' }]);
  });

  it('are one for a feature that lands as one commit on a branch, twice the same after a landing that was cut off', async () => {
    const place = await open(
      { '.husky/commit-msg': CHANGE_ID },
      { commits: { ...commits, per: 'feature' }, land: 'branch' },
    );
    await merged(place, 'one');
    const head = await place.head();
    const land = () => place.landOn('branch', head);
    const { commit } = await land();
    expect(messageOf(place, commit)).toMatch(/^feat: Add it\n(?:.*\n)*Change-Id: I/);
    // Whatever id it would get now.
    expect(await land()).toMatchObject({ commit });
  });

  it('are looked at from the top, on the commit before, with the commit’s changes staged', async () => {
    const look = `pwd > {dir}/seen; git diff --cached --name-only >> {dir}/seen\n`;
    const place = await open(
      { '.husky/commit-msg': look, 'packages/api/x.txt': 'x\n' },
      { root: 'packages/api' },
    );
    await place.write('one', { 'packages/api/src/one.txt': 'one\n' });
    await place.merge(packetOf('one', { objective: 'Add one' }));
    const seen = readFileSync(path.join(place.tiny.dir, 'seen'), 'utf8').split('\n');
    expect(seen[0]).toBe(place.shop.home.paths.worktree('prefs', 'integration'));
    expect(seen[1]).toBe('packages/api/src/one.txt');
  });
});

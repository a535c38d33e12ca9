import { describe, expect, it } from 'vitest';
import { git, write } from '../../git/fixture.ts';
import { packetOf, Workplace } from './workplace.ts';

const EVIL = 'exit 0 # evil';

describe('the history that a packet leaves on the integration branch', () => {
  it('holds nothing that its agent committed and took back, however it joined the two', async () => {
    const place = await Workplace.begun();
    const tree = await place.write('one', { 'src/one.txt': 'one\n' });
    const base = git(tree, 'rev-parse', 'HEAD');
    const honest = git(tree, 'show', 'HEAD:check.sh');
    write(tree, { 'check.sh': EVIL });
    git(tree, 'commit', '--quiet', '--all', '--message', 'evil');
    await place.checkpoint('one', 'in between');
    write(tree, { 'check.sh': `${honest}\n` });
    git(tree, 'add', '--all');
    const good = git(tree, 'write-tree');
    const joined = git(tree, 'commit-tree', good, '-p', 'HEAD', '-p', base, '-m', 'joined');
    git(tree, 'update-ref', 'HEAD', joined);

    const merge = await place.merge(packetOf('one'));
    expect(place.git('rev-list', '--parents', '-1', merge.new)).toBe(`${merge.new} ${base}`);
    const ready = await place.readyToLand();
    expect(await place.land(ready)).toEqual({ branch: 'main', commit: merge.new });
    const texts = place.texts(await place.tiny.git('rev-parse', 'main'));
    expect(texts).toContain('one.txt');
    expect(texts).not.toContain(EVIL);
  });

  it('is one commit that reads like one, after broken work, several hand-ins and a head that moved', async () => {
    const place = await Workplace.begun();
    const packet = packetOf('one', { objective: 'Add the first file. It holds one line.' });
    const config = await place.tiny.git('show', 'main:baton.yaml');
    await place.write('one', { 'src/one.txt': 'FORBIDDEN\n', 'baton.yaml': 'checks: {}\n' });
    expect((await place.verify(packet)).protected).toEqual(['baton.yaml']);
    await place.write('one', { 'baton.yaml': `${config}\n` });
    const { checks } = await place.verify(packet);
    expect(checks.map(({ name, passed }) => [name, passed])).toEqual([
      ['test', true],
      ['lint', false],
    ]);
    await place.write('other', { 'src/other.txt': 'other\n' });
    const { new: head } = await place.merge(packetOf('other'));
    expect(await place.bringUp('one')).toEqual({ kind: 'clean', files: [] });
    await place.write('one', { 'src/one.txt': 'mended\n' });
    const merge = await place.merge(packet, { summary: 'It has one line now.', role: 'engineer' });

    expect(place.git('rev-list', '--parents', `${head}..${merge.new}`)).toBe(`${merge.new} ${head}`);
    expect(place.git('log', '-1', '--format=%an <%ae>%n%B', merge.new).split('\n')).toEqual([
      'Baton <baton@localhost>',
      'Add the first file',
      '',
      'It has one line now.',
      '',
      'Checked: test (1 of 1 pass), lint.',
      '',
      'Baton-Feature: prefs',
      'Baton-Packet: one',
      'Baton-Role: engineer',
    ]);
    expect(place.texts(merge.new)).not.toMatch(/FORBIDDEN|checks: \{\}/);
  });

  it('has a commit for each checkpoint where that is configured; one that left the boundaries goes into the next', async () => {
    const place = await Workplace.begun({ config: { commits: { per: 'checkpoint' } } });
    const packet = packetOf('one', { boundaries: { inScope: ['src/one.txt'] } });
    await place.write('one', { 'src/one.txt': '1\n' });
    await place.checkpoint('one', 'RED: first');
    await place.write('one', { 'src/one.txt': '2\n', 'src/outside.txt': 'stray\n' });
    await place.checkpoint('one', 'GREEN: with a stray file');
    await place.write('one', { 'src/one.txt': '3\n', 'src/outside.txt': null });
    await place.checkpoint('one', 'GREEN: without it');
    await place.write('one', { 'src/one.txt': '4\n' });
    const merge = await place.merge(packet);
    const range = `${place.site.ref.baseCommit}..${merge.new}`;
    expect(place.git('log', '--reverse', '--format=%s', range).split('\n')).toEqual([
      'RED: first',
      'GREEN: without it',
      'Do one',
    ]);
    expect(place.texts(merge.new)).not.toContain('stray');
  });

  it('is one commit for the feature where that is configured, also on a base that moved', async () => {
    const place = await Workplace.begun({ config: { commits: { per: 'feature' } } });
    for (const id of ['one', 'two']) {
      await place.write(id, { [`src/${id}.txt`]: `${id}\n` });
      await place.merge(packetOf(id));
    }
    const request = 'Keep preferences';
    const { commit: still } = await place.readyToLand({ request });
    expect(place.git('log', '-1', '--format=%P %s', still)).toBe(`${place.site.ref.baseCommit} ${request}`);
    const moved = await place.moveBase({ 'src/theirs.txt': 'theirs\n' });
    const ready = await place.readyToLand({ request });
    expect(place.git('log', '-1', '--format=%P %s', ready.commit)).toBe(`${moved} ${request}`);
    await place.land(ready);
    expect(await place.tiny.git('diff', '--name-only', moved, 'main')).toBe('src/one.txt\nsrc/two.txt');
  });
});

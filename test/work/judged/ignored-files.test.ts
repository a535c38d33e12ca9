import { expect, it } from 'vitest';
import { packetOf, Workplace } from './workplace.ts';

const files = { '.gitignore': 'report.xml\n\n*.env*\nlocal/\n' };

it('an ignored file that the plan names, as evidence or in a scope, is the packet’s work', async () => {
  const place = await Workplace.begun({ files });
  const packet = packetOf('one', {
    boundaries: { inScope: ['local/sample/settings.txt', '.env.example', 'src/**'] },
    criteria: [{ text: 'The sample is there', evidence: { file: '.env.example' } }],
  });
  await place.write('one', {
    '.env.example': 'A=\n',
    '.env': 'A=b\n',
    'local/sample/settings.txt': 'x\n',
    'local/sample/other.txt': 'y\n',
  });
  expect(await place.verify(packet)).toMatchObject({ criteria: [{ met: true }], outside: [] });
  const { new: commit } = await place.merge(packet);
  expect(place.files(commit)).toEqual(expect.arrayContaining(['.env.example', 'local/sample/settings.txt']));
  expect(place.files(commit)).not.toContain('.env');
  expect(place.files(commit)).not.toContain('local/sample/other.txt');
});

it('an ignored file that only its agent names is missed, with the line that ignores it', async () => {
  const place = await Workplace.begun({ files });
  const packet = packetOf('one', { criteria: [{ text: 'The sample is there' }] });
  await place.write('one', { '.env.example': 'A=\n', 'local/deep/x.txt': '', 'src/one.txt': '1\n' });
  const claim = (file: string) => ({ claimed: [{ criterion: 0, evidence: { file } }] });
  expect(await place.verify(packet, claim('.env.example'))).toMatchObject({
    criteria: [
      {
        met: false,
        reason: expect.stringContaining(
          '.env.example is not in the commit: line 3 of .gitignore, *.env*, ignores it. Make an exception there',
        ),
      },
    ],
  });
  expect(await place.verify(packet, claim('local/deep/x.txt'))).toMatchObject({
    criteria: [{ reason: expect.stringContaining('line 4 of .gitignore, local/, ignores it') }],
  });
  await place.write('one', { '.gitignore': 'report.xml\n\n*.env*\n!.env.example\nlocal/\n' });
  expect(await place.verify(packet, claim('.env.example'))).toMatchObject({ criteria: [{ met: true }] });
});

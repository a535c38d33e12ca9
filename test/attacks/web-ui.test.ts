import fc from 'fast-check';
import { expect, inject, it } from 'vitest';
import { structureProblems } from './markdown-structure.ts';
import { markdownOf } from './outputs.ts';
import { MARK, POISONS } from './poison.ts';

/** What the Web UI makes of Markdown: the page that it shows in a frame. */
async function made(markdown: string): Promise<string> {
  const page = await fetch(
    `${inject('temporalUiUrl')}/render?theme=light&content=${encodeURIComponent(markdown)}`,
  );
  const [, main] = /<main>(.*)<\/main>/s.exec(await page.text()) ?? [];
  if (main === undefined) throw new Error(`the Web UI renders no Markdown any more: ${page.status}`);
  return main.trim();
}

const tagsOf = (html: string): string[] => [
  ...new Set([...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, tag = '']) => tag.toLowerCase())),
];

/** What Baton's own Markdown comes to. */
const OWN = 'p strong code pre blockquote table thead tbody tr th td br'.split(' ');

it.each([
  ['# a', ['h1']],
  ['a\n===\n\nb', ['h1', 'p']],
  ['![a](http://b.invalid)', ['p', 'img']],
  ['https://a.invalid', ['p', 'a']],
  ['<b>a</b>', ['p', 'b']],
  ['$a$', ['p', 'span']],
])('the Web UI makes markup of %j', async (markdown, tags) =>
  expect(tagsOf(await made(markdown))).toEqual(tags),
);

/** What in a page of the dashboard comes from its data. */
const foreignIn = (html: string): string[] => {
  const count = (tag: string) => html.split(`<${tag}>`).length - 1;
  return [
    ...tagsOf(html).filter((tag) => !OWN.includes(tag)),
    // Two questions, each with its JSON; two packets, each with six cells.
    ...(count('pre') <= 2 && count('blockquote') <= 2 ? [] : ['a block of its own']),
    ...([0, 6].includes(count('th')) && count('td') === 2 * count('th') ? [] : ['a table of its own']),
    ...[...html.matchAll(/<strong>(.*?)<\/strong>/gs)].filter(([bold]) => bold.includes(MARK)).map(String),
  ];
};

it.each(POISONS)('the Web UI makes no markup of %s', async (_, text) => {
  const { dashboard = '', packetDetails = '', featureDetails = '' } = markdownOf(text);
  for (const markdown of [dashboard, packetDetails, featureDetails]) {
    const html = await made(markdown);
    expect(html).toContain(MARK);
    expect(foreignIn(html)).toEqual([]);
  }
});

it('neither the Web UI nor a pull request makes markup of whatever a text is made of', async () => {
  const parts = '\\ ` * _ { } [ ] ( ) # + - . ! : | & < > ~ = $ ^ " \' @ / \n a 1 \t'.split(' ');
  const words = [
    '\n\n',
    '```',
    '~~~',
    '---',
    '===',
    '](',
    '<a ',
    '</',
    'http://',
    'www.',
    '&lt;',
    '  \n',
    '    ',
  ];
  const text = fc.array(fc.constantFrom(...parts, ...words), { maxLength: 24 });
  await fc.assert(
    fc.asyncProperty(text, async (said) => {
      const { dashboard = '', pullRequest = '' } = markdownOf(`${MARK}${said.join('')}`);
      expect(foreignIn(await made(dashboard))).toEqual([]);
      expect(structureProblems(pullRequest)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

import { lexer, type Token, type Tokens } from 'marked';
import { MARK } from './poison.ts';

/** What Baton's own Markdown is made of; anything else comes from data. */
const OWN = 'paragraph text escape codespan strong br space table blockquote heading code html'.split(' ');
/** Once more inside a quote, only these. */
const IN_QUOTE = 'paragraph text escape codespan br space html'.split(' ');

/** Each with what stands beside it: the cells of a table are apart. */
const childrenOf = (token: Token): Token[][] => {
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table;
    return [...header, ...rows.flat()].map((cell) => cell.tokens);
  }
  return 'tokens' in token ? [token.tokens ?? []] : [];
};

/** Text that a renderer shows as text: what stands between two other things, escapes undone. */
const textsOf = (tokens: readonly Token[]): string[] => {
  const texts = [''];
  for (const token of tokens)
    if (token.type === 'text' || token.type === 'escape')
      texts[texts.length - 1] += (token as Tokens.Text).text;
    else texts.push('');
  return texts;
};

/** What in a Markdown text is markup that Baton didn't write. */
export function structureProblems(markdown: string): string[] {
  const problems: string[] = [];
  const walk = (tokens: readonly Token[], inQuote: boolean): void => {
    // Renderers make links of these after they have undone the escapes.
    for (const text of textsOf(tokens))
      if (/(?:https?:\/\/|www\.)[-\w]/i.test(text))
        problems.push(`a link by its form: ${text.slice(0, 200)}`);
    for (const token of tokens) {
      const at = `${token.type}: ${token.raw.slice(0, 200)}`;
      if (!(inQuote ? IN_QUOTE : OWN).includes(token.type)) problems.push(at);
      if (token.type === 'heading' && token.raw.includes(MARK)) problems.push(at);
      if (token.type === 'html' && token.raw.trim() !== '<!-- -->') problems.push(at);
      if (token.type === 'strong' && (token as Tokens.Strong).text === MARK) problems.push(at);
      if (token.type === 'code' && !isOwnBlock(token as Tokens.Code)) problems.push(at);
      if (token.type === 'table') {
        const { header, rows } = token as Tokens.Table;
        if (header.some(({ text }) => text.includes(MARK))) problems.push(at);
        if (rows.some((row) => row.length !== header.length)) problems.push(at);
      }
      for (const children of childrenOf(token)) walk(children, inQuote || token.type === 'blockquote');
    }
  };
  walk(lexer(markdown), false);
  return problems;
}

/** The decision to paste, and the commands that verify a commit. */
function isOwnBlock({ lang, text }: Tokens.Code): boolean {
  if (lang === 'sh') return text.startsWith('git fetch origin ');
  if (lang !== 'json') return false;
  return Object.keys(JSON.parse(text) as object).join() === 'item,choice,by';
}

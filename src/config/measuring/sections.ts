/** Sections of pyproject.toml that measure; what follows the name is a part of it, e.g. `tool.pytest.ini_options`. */
const TOML = /^tool\.(?:pytest|coverage|tox|nox|ruff|mypy|pylint|black|(?:based)?pyright|isort)/;
const INI = /^(?:tool:pytest|coverage:|tox|flake8|mypy|pylint|(?:tool:)?isort)/;

/** The sections of a pyproject.toml that measure, each as text. */
export function tomlSections(text: string): Map<string, string> {
  const scanner = new TomlScanner();
  return measured(text, TOML, (line) => {
    const header = scanner.isInValue() ? undefined : /^\s*\[\[?([^[\]=]+)\]\]?\s*(?:#.*)?$/.exec(line)?.[1];
    if (header === undefined) scanner.read(line);
    return header === undefined ? undefined : plainKey(header);
  });
}

/** The sections of a setup.cfg that measure, each as text. */
export const iniSections = (text: string): Map<string, string> =>
  measured(text, INI, (line) => /^\[([^\]]+)\]/.exec(line)?.[1]?.trim());

/** `headerOf` says which section a line begins, if it begins one. */
function measured(
  text: string,
  wanted: RegExp,
  headerOf: (line: string) => string | undefined,
): Map<string, string> {
  const sections = new Map<string, string[]>();
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const header = headerOf(line);
    if (header !== undefined) section = header;
    const lines = sections.get(section) ?? [];
    sections.set(section, lines);
    if (header === undefined && line.trim() !== '') lines.push(line.trimEnd());
  }
  const measures = [...sections].filter(
    ([name, lines]) => wanted.test(name) || lines.some((line) => wanted.test(keyIn(name, line))),
  );
  return new Map(measures.map(([name, lines]) => [name, lines.join('\n')]));
}

/** The whole key of a line, if it stands above the tools' own sections: `pytest.ini_options.addopts` in `[tool]`. */
const keyIn = (section: string, line: string): string =>
  section === '' || section === 'tool'
    ? plainKey(`${section === '' ? '' : 'tool.'}${line.split('=', 1)[0]}`)
    : '';

/** A key of TOML without spaces and quotes. */
const plainKey = (key: string): string =>
  key
    .split('.')
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .join('.');

/** Tells whether a line lies inside a value of several lines, where a bracket begins no section. */
class TomlScanner {
  private quote: string | undefined;
  private depth = 0;

  isInValue(): boolean {
    return this.quote !== undefined || this.depth > 0;
  }

  read(line: string): void {
    for (let at = 0; at < line.length; at += 1) {
      const char = line.charAt(at);
      const three = line.slice(at, at + 3);
      if (this.quote !== undefined) {
        if (char === '\\' && this.quote.startsWith('"')) at += 1;
        else if (line.startsWith(this.quote, at)) {
          at += this.quote.length - 1;
          this.quote = undefined;
        }
      } else if (three === '"""' || three === "'''") {
        this.quote = three;
        at += 2;
      } else if (char === '"' || char === "'") this.quote = char;
      else if (char === '#') return;
      else if (char === '[' || char === '{') this.depth += 1;
      else if (char === ']' || char === '}') this.depth = Math.max(0, this.depth - 1);
    }
    // Only the strings in three quotes go on in the next line.
    if (this.quote?.length === 1) this.quote = undefined;
  }
}

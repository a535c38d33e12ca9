import type { Command } from 'commander';
import { shellQuoted } from '../../domain/shell-quoted.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A command as a shell completes it. */
interface Completed {
  readonly name: string;
  readonly what: string;
  readonly options: readonly { readonly flag: string; readonly what: string }[];
  readonly subcommands: readonly string[];
}

const visibleOptions = (command: Command) =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, short, description }) => {
      const flag = long ?? short;
      return flag === undefined ? [] : [{ flag, what: description }];
    });

const completed = (program: Command): Completed[] =>
  program.commands.map((command) => ({
    name: command.name(),
    what: command.description(),
    options: [...visibleOptions(command), ...command.commands.flatMap(visibleOptions)].filter(
      ({ flag }, at, all) => all.findIndex((other) => other.flag === flag) === at,
    ),
    subcommands: command.commands.map((each) => each.name()),
  }));

const words = (texts: readonly string[]): string => texts.join(' ');

/** What a shell reads to complete `baton`, made from the commands as they are. */
export function completionScript(program: Command, shell: Shell): string {
  const commands = completed(program);
  return { bash, zsh, fish }[shell](commands, visibleOptions(program));
}

type Make = (commands: readonly Completed[], options: Completed['options']) => string;

const bash: Make = (commands, options) => `# baton completion bash: source it in ~/.bashrc
_baton() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${words([...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)])}"
  else
    case "$command" in
${commands.map(({ name, options: own, subcommands }) => `      ${name}) words="${words([...subcommands, ...own.map(({ flag }) => flag)])}" ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _baton baton
`;

/** A description in single quotes, without what zsh takes for more than text. */
const zshText = (text: string): string => text.replace(/[[\]:\\]/g, (character) => `\\${character}`);

const zsh: Make = (commands, options) => `#compdef baton
# baton completion zsh: save it as _baton in a folder of $fpath
_baton() {
  local -a commands
  commands=(
${commands.map(({ name, what }) => `    ${shellQuoted(`${name}:${zshText(what)}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    compadd -- ${words(options.map(({ flag }) => flag))}
    return
  fi
  case "$words[2]" in
${commands
  .map(({ name, options: own, subcommands }) => {
    const flags = own.map(({ flag, what }) => shellQuoted(`${flag}[${zshText(what)}]`));
    const firsts = subcommands.length === 0 ? '*:file:_files' : `1:command:(${words(subcommands)})`;
    return `    ${name}) shift words; (( CURRENT-- )); _arguments ${words([...flags, shellQuoted(firsts)])} ;;`;
  })
  .join('\n')}
  esac
}
_baton "$@"
`;

const fishText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const fish: Make = (commands, options) =>
  `${[
    '# baton completion fish: save it as ~/.config/fish/completions/baton.fish',
    ...options.map(
      ({ flag, what }) =>
        `complete -c baton -n __fish_use_subcommand -l ${flag.replace(/^-+/, '')} -d ${fishText(what)}`,
    ),
    ...commands.flatMap(({ name, what, options: own, subcommands }) => [
      `complete -c baton -f -n __fish_use_subcommand -a ${name} -d ${fishText(what)}`,
      ...subcommands.map(
        (each) => `complete -c baton -f -n '__fish_seen_subcommand_from ${name}' -a ${each}`,
      ),
      ...own.map(
        ({ flag, what: why }) =>
          `complete -c baton -n '__fish_seen_subcommand_from ${name}' -l ${flag.replace(/^-+/, '')} -d ${fishText(why)}`,
      ),
    ]),
  ].join('\n')}\n`;

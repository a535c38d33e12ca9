/** How this command is called where a person is, for commands to copy: from a clone it is no `baton` on PATH. */
export const selfCommand = (): string =>
  process.argv[1]?.endsWith('.ts') ? 'npm run --silent baton --' : 'baton';

/** What an error says, whatever was thrown. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Its first line. */
export const firstLine = (error: unknown): string => errorText(error).split('\n', 1)[0] ?? '';

/** Command lines that people and agents write for Baton to run. */
import { z } from 'zod';

/** Blank lines and remarks alone: a shell does nothing for them, and ends with 0. */
const hasCommand = (text: string): boolean => /^\s*[^\s#]/m.test(text);

/** A shell command line of at most so many characters, with something to run in it. */
export const commandLine = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .superRefine((text, ctx) => {
      // An empty one is told as that.
      if (text === '' || hasCommand(text)) return;
      const message = `${JSON.stringify(text)} has no command in it: a shell would do nothing, and end as if all were well`;
      ctx.addIssue({ code: 'custom', message });
    });

import { agentCheckLines } from '../../src/cli/render/agent-check.ts';
import { findingLines } from '../../src/cli/render/doctor.ts';
import { commandLines, foundLines, triedLines } from '../../src/cli/render/init.ts';
import type { Style } from '../../src/cli/render/style.ts';
import type { CheckResult } from '../../src/domain/checks.ts';
import { poisoned } from './poison.ts';
import { fullCheck } from './samples.ts';

const joined = (lines: readonly string[]) => lines.join('\n');

/** What `init`, `doctor` and `agent check` print, with the text wherever others have a say in it. */
export const settingUpOf = (text: string, style: Style) => ({
  findingLines: joined(
    findingLines([{ area: 'home', what: text, state: 'bad', text, why: text, todo: text }], style),
  ),
  agentCheckLines: joined(
    agentCheckLines(
      {
        ok: false,
        command: [text],
        steps: [
          {
            step: 'task',
            outcome: text,
            durationMs: 1,
            events: { [text]: 1 },
            findings: [{ level: 'problem', text }],
          },
        ],
        unseen: [text],
      },
      style,
    ),
  ),
  foundLines: joined(
    foundLines(
      {
        stacks: [
          {
            kind: 'node',
            folder: text,
            found: [text],
            setup: [],
            checks: [],
            makes: [],
            installs: [],
            programs: [],
            notes: [],
          },
        ],
        checks: [],
        makes: [],
        installs: [],
        programs: [],
        deploys: [text],
        notes: [text],
      },
      [{ runner: 'claude', state: 'ready', findings: [] }],
      { style },
    ),
  ),
  commandLines: joined(commandLines('baton dev', { style })),
  triedLines: joined(
    triedLines(
      {
        setup: { passed: false, durationMs: 1, tail: text },
        checks: [fullCheck, { ...fullCheck, failing: [] }].map((check) => poisoned<CheckResult>(check, text)),
        flaky: { [text]: [text] },
        leftBehind: [text],
        made: [text],
      },
      { leftOut: new Map([[text, text]]), installed: { problem: text } },
      style,
    ),
  ),
});

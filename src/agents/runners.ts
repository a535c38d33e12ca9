import type { AgentConfig } from '../domain/crew-config.ts';
import { acpRunner } from './acp.ts';
import { claudeRunner } from './claude.ts';
import { codexRunner } from './codex.ts';
import { commandRunner } from './command.ts';
import { geminiRunner } from './gemini.ts';
import { opencodeRunner } from './opencode.ts';
import type { AgentRunner } from './runner.ts';

/** By the name in `crew.<phase>.runner`. */
export const RUNNERS: Readonly<Record<AgentConfig['runner'], AgentRunner>> = {
  command: commandRunner,
  claude: claudeRunner,
  codex: codexRunner,
  gemini: geminiRunner,
  opencode: opencodeRunner,
  acp: acpRunner,
};

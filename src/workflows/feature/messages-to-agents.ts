import { workflowInfo } from '@temporalio/workflow';
import { adviceProblem, MAX_MESSAGE, MAX_NAME, MAX_WAITING_MESSAGES } from '../../domain/limits.ts';
import type { Delivery, Unblock } from '../../domain/messages.ts';
import { shortJson } from '../../domain/visible.ts';
import { messagesPassedInTurn } from '../patches.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { PacketBoard } from './board/packet-board.ts';
import type { DesignStage } from './design-stage.ts';
import type { FeatureState } from './feature-state.ts';

/** What passing messages on needs of the feature. */
export interface MessagesHost {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  readonly designer: DesignStage;
  /** Once there are packets. */
  readonly board: PacketBoard | undefined;
}

const isName = (value: unknown): value is string => typeof value === 'string' && value.length <= MAX_NAME;

/** Why something is no {@link Unblock}, or undefined. Texts in it are kept in the state, so none may be long. */
export function unblockProblem(advice: unknown): string | undefined {
  const { packet, message, by } = (advice ?? {}) as { [key in keyof Unblock]?: unknown };
  if (typeof packet !== 'string' || typeof message !== 'string' || typeof by !== 'string' || message === '')
    return 'unblock takes {"packet": "…", "message": "…", "by": "…"}';
  if (message.length > MAX_MESSAGE) return 'message holds at most 4,000 characters';
  if (!isName(packet) || !isName(by)) return 'packet and by hold at most 200 characters';
  return undefined;
}

/**
 * What people say to agents unasked. It is passed on in turn: while one message is on its way to a packet, those that
 * come meanwhile wait, and go together. So a burst costs a few events and stops the agent a few times.
 */
export class MessagesToAgents {
  private readonly waiting = new Map<string, Unblock[]>();
  private readonly underWay = new Set<string>();
  private passedOn = 0;

  constructor(private readonly host: MessagesHost) {}

  async take(advice: unknown): Promise<void> {
    const { desk, board } = this.host;
    const malformed = unblockProblem(advice);
    if (malformed !== undefined) return desk.drop('unblock', malformed);
    const message = advice as Unblock;
    if (!messagesPassedInTurn()) return this.passAtOnce(message);
    const { packet } = message;
    const toDesigner = packet === 'design' && board === undefined;
    const problem = this.problem(packet, toDesigner);
    if (problem !== undefined) return desk.drop('unblock', problem);
    this.passedOn += 1;
    if (toDesigner) {
      this.host.designer.advise(message.message, message.by);
      return this.steered(message);
    }
    const waiting = this.waiting.get(packet) ?? [];
    this.waiting.set(packet, waiting);
    waiting.push(message);
    if (!this.underWay.has(packet)) await this.passOn(packet, waiting);
  }

  private problem(packet: string, toDesigner: boolean): string | undefined {
    const { board, designer } = this.host;
    const { historyLength: events, historySize: bytes } = workflowInfo();
    const full = adviceProblem({ events, bytes }, this.passedOn);
    if (full !== undefined) return full;
    if (!toDesigner) {
      const unknown = board === undefined ? 'there are no packets yet' : board.adviceProblem(packet);
      if (unknown !== undefined) return unknown;
    }
    const waiting = toDesigner ? designer.unread : (this.waiting.get(packet)?.length ?? 0);
    return waiting >= MAX_WAITING_MESSAGES
      ? `${waiting} messages to ${shortJson(packet, MAX_NAME)} are on their way already: wait until its agent has read them, and say the rest in one`
      : undefined;
  }

  /** Why what comes by update is refused before it is accepted, or undefined. */
  refusal({ signal, argument }: Delivery): string | undefined {
    if (signal !== 'unblock') return undefined;
    const malformed = unblockProblem(argument);
    if (malformed !== undefined) return malformed;
    const { packet } = argument as Unblock;
    return this.problem(packet, packet === 'design' && this.host.board === undefined);
  }

  private async passOn(packet: string, waiting: Unblock[]): Promise<void> {
    this.underWay.add(packet);
    try {
      while (waiting.length > 0) {
        const messages = waiting.splice(0);
        // The last one's name is added on arrival, as for a single message.
        const text = messages
          .map(({ message, by }, index) =>
            index === messages.length - 1 ? message : `${message}\n(from ${by})`,
          )
          .join('\n\n');
        const by = messages.at(-1)?.by ?? '';
        const problem = await this.host.board?.advise(packet, text, by);
        for (const message of messages)
          if (problem === undefined) this.steered(message);
          else this.host.desk.drop('unblock', problem);
      }
    } finally {
      this.underWay.delete(packet);
    }
  }

  /** As it was before messages were passed on in turn. */
  private async passAtOnce(message: Unblock): Promise<void> {
    const { board, designer, desk } = this.host;
    const { packet } = message;
    let problem: string | undefined;
    if (packet === 'design' && board === undefined) designer.advise(message.message, message.by);
    else
      problem =
        board === undefined
          ? 'there are no packets yet'
          : await board.advise(packet, message.message, message.by);
    if (problem !== undefined) return desk.drop('unblock', problem);
    this.steered(message);
  }

  private steered({ packet, by, automatic }: Unblock): void {
    this.host.state.steer({
      what: `advice to ${packet}`,
      by,
      at: new Date().toISOString(),
      ...(automatic === true && { automatic }),
    });
  }
}

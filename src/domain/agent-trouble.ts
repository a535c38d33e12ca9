/** Trouble that an agent's run met outside its work: the provider, the account, the settings. */

/** What it is, which decides what is done about it. */
export const TROUBLE_KINDS = [
  /** The provider takes no more for now (429, a used-up quota that comes back): waited for, without a slot. */
  'rate-limit',
  /** The provider is there but doesn't manage (5xx, 529), can't be reached, or broke off: tried again with back-off. */
  'overloaded',
  /** No key, or one that is refused (401, 403): a person has to log in. */
  'not-logged-in',
  /** The provider doesn't know the model (404). */
  'unknown-model',
  /** The CLI refused its tools what the packet needs; it can't ask anybody. */
  'permission',
  /**
   * The CLI can't work with how it was started (a bad option, another version, a broken settings file), or the provider
   * refuses what it asks: trying the same again would only cost.
   */
  'settings',
] as const;
export type TroubleKind = (typeof TROUBLE_KINDS)[number];
/** What an agent is waited for, without a slot. */
export type WaitReason = Extract<TroubleKind, 'rate-limit' | 'overloaded'>;

export interface Trouble {
  readonly kind: TroubleKind;
  /** What the agent or the provider said, and what to do about it; at most 2,000 characters. */
  readonly message: string;
  /** How long the provider wants to be left alone, in milliseconds; absent: it didn't say. */
  readonly retryAfterMs?: number;
}

/** Trouble that passes by itself; everything else needs a person, since a blind retry only costs. */
export const passes = ({ kind }: Pick<Trouble, 'kind'>): boolean =>
  kind === 'rate-limit' || kind === 'overloaded';

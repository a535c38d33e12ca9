/** A file that measures the work, and that a packet may change because its boundaries name it. */
export interface MeasuringScope {
  readonly packet: string;
  readonly path: string;
  /** For people, e.g. `named by checks.test`. */
  readonly why: string;
  /** There is no such file yet: nothing that measures now is changed. */
  readonly isNew?: true;
}

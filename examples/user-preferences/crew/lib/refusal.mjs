/** Something that this scripted crew can't do; its message says what it could. */
export class Refusal extends Error {}

/** Why a recorded run can't be played; told as the result of the run. */
export class PlayProblem extends Error {
  override readonly name = 'PlayProblem';
}

/** A request or a push whose time was over before its answer came. */
export class NoAnswer extends Error {
  override readonly name = 'TimeoutError';

  constructor(limitMs: number) {
    super(`no answer within ${Math.ceil(limitMs)} ms`);
  }
}

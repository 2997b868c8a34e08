/** The collector has not answered in time. */
export class NoAnswer extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${Math.ceil(limitMs)} ms`);
  }
}

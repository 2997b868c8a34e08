/** Work and what flows, watched and changed in nothing: what the calls for hot paths are made of, for sets of one's own. */
export { around, type Outcome } from './flow/around.ts';
export { passing, type Passed } from './flow/passing.ts';
export { receiving } from './flow/receiving.ts';
export type { End, Watch } from './flow/watcher.ts';

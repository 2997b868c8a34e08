/** All that it takes to read a provider and write what was read: nothing of it is needed before the first scrape. */
export { fromDataPoints } from './collection/from-data-points.ts';
export { overviewOf } from './collection/overview.ts';
export { PendingResources } from './collection/pending-resources.ts';
export { Renderer } from './exposition/renderer.ts';

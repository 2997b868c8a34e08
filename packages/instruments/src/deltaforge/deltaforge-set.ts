import type { InstrumentDefinitions, InstrumentSet } from '../definition.ts';
import { controlPlane } from './control-plane.ts';
import { deadLetterQueue } from './dead-letter-queue.ts';
import { pipelines } from './pipelines.ts';
import { processors } from './processors.ts';
import { schemas } from './schemas.ts';
import { sinkProducts } from './sink-products.ts';
import { sinks } from './sinks.ts';
import { sources } from './sources.ts';

const definitions = {
  ...pipelines,
  ...sources,
  ...processors,
  ...sinks,
  ...sinkProducts,
  ...deadLetterQueue,
  ...schemas,
  ...controlPlane,
} as const satisfies InstrumentDefinitions;

/** DeltaForge's definitions by property name. */
export type DeltaforgeDefinitions = typeof definitions;

/** DeltaForge's instruments as data. */
export const deltaforgeSet: InstrumentSet<DeltaforgeDefinitions> = {
  scope: 'deltaforge',
  prefix: 'deltaforge_',
  definitions,
};

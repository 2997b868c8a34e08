/**
 * DeltaForge, change data capture: log readers, a coordinator that batches and checkpoints, processors, and sinks.
 * Each part's instruments stand in a file of its own under `deltaforge/`.
 */
import type { ConstantAttributes } from './attribute-values.ts';
import {
  createInstruments,
  type DeclaredConstants,
  type GivenKeys,
  type Instruments,
  type SetOptions,
} from './create-instruments.ts';
import type { InstrumentDefinitions, InstrumentSet } from './definition.ts';
import { controlPlane } from './deltaforge/control-plane.ts';
import { deadLetterQueue } from './deltaforge/dead-letter-queue.ts';
import { pipelines } from './deltaforge/pipelines.ts';
import { processors } from './deltaforge/processors.ts';
import { schemas } from './deltaforge/schemas.ts';
import { sinkProducts } from './deltaforge/sink-products.ts';
import { sinks } from './deltaforge/sinks.ts';
import { sources } from './deltaforge/sources.ts';

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

/** DeltaForge's instruments as data. */
export const deltaforgeSet: InstrumentSet<typeof definitions> = {
  scope: 'deltaforge',
  prefix: 'deltaforge_',
  definitions,
};

/** A DeltaForge set: the typed instruments by property name. */
export type Deltaforge<Given extends string = never> = Instruments<typeof definitions, Given>;

/**
 * Creates a DeltaForge set, live as soon as a meter provider is registered. `tenant`, which DeltaForge wants on
 * everything, is best given once: `createDeltaforge({ attributes: { tenant: 'acme' } })`.
 */
export function createDeltaforge<const Constants extends ConstantAttributes = Record<never, never>>(
  options: SetOptions<Constants> & DeclaredConstants<typeof definitions> = {},
): Deltaforge<GivenKeys<Constants>> {
  return createInstruments<typeof definitions, Constants>(deltaforgeSet, options);
}

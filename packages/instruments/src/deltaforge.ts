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
import { installPanicHook } from './deltaforge/panic-hook.ts';
import { pipelines } from './deltaforge/pipelines.ts';
import { processors } from './deltaforge/processors.ts';
import { schemas } from './deltaforge/schemas.ts';
import { sinkProducts } from './deltaforge/sink-products.ts';
import { sinks } from './deltaforge/sinks.ts';
import { sources } from './deltaforge/sources.ts';

export { apiAccounting, type ApiAccounting } from './api-accounting/api-accounting.ts';

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
 *
 * The first set of a process also counts the uncaught exceptions and unhandled rejections of the process, in `panics`, and logs
 * each in a line before anything else is done about it; `panicHook: false`, given to all sets, leaves them alone.
 */
export function createDeltaforge<const Constants extends ConstantAttributes = Record<never, never>>({
  panicHook = true,
  ...options
}: DeltaforgeOptions<Constants> = {}): Deltaforge<GivenKeys<Constants>> {
  const set: Deltaforge<GivenKeys<Constants>> = createInstruments<typeof definitions, Constants>(
    deltaforgeSet,
    options,
  );
  if (panicHook) installPanicHook(() => set.panics.add(1));
  return set;
}

/** How to create a DeltaForge set. */
export type DeltaforgeOptions<Constants extends ConstantAttributes> = SetOptions<Constants> &
  DeclaredConstants<typeof definitions> & {
    /** Whether panics of the process are counted. Default: true. */
    readonly panicHook?: boolean;
  };

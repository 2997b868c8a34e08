import { conveyorSet } from './conveyor/conveyor-set.ts';
import type { InstrumentSet } from './definition.ts';
import { deltaforgeSet } from './deltaforge/deltaforge-set.ts';
import { krafkaConnectionSet, krafkaConsumerSet, krafkaProducerSet } from './krafka.ts';
import { roboflowSet } from './roboflow/roboflow-set.ts';

/** All sets, Krafka's by component. */
export const instrumentSets: readonly InstrumentSet[] = [
  conveyorSet,
  roboflowSet,
  deltaforgeSet,
  krafkaProducerSet,
  krafkaConsumerSet,
  krafkaConnectionSet,
];

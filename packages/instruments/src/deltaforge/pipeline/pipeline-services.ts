import type { MeterProvider } from '@opentelemetry/api';
import type { BeforeCollection } from '../../before-collection.ts';
import type { Instruments } from '../../create-instruments.ts';
import type { SeenStreams } from '../../flow/seen-streams.ts';
import type { DeltaforgeDefinitions } from '../deltaforge-set.ts';

/** What the parts of a pipeline need of the set that they record on. */
export interface PipelineServices {
  readonly instruments: Instruments<DeltaforgeDefinitions>;
  /** The set's constant attributes. */
  readonly constants: Readonly<Record<string, string>>;
  readonly provider: MeterProvider | undefined;
  readonly beforeCollection: BeforeCollection;
  /** The Node streams that are watched, by the labels of who watches. */
  readonly streams: SeenStreams;
}

/** The buckets of DeltaForge's `…_latency_seconds` histograms, from the contract: its dashboards query them. */
export const LATENCY_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** The contract's buckets for events in a batch, continued to 2000, the size at which a batch is cut. */
export const BATCH_EVENTS = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2000] as const;

/** From 1 KiB in steps of four to 16 MiB, the size at which a batch is cut. */
export const BATCH_BYTES = [1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216] as const;

/** Seconds of work on one event: from ten microseconds, a known shape, to a tenth, a large document. */
export const EVENT_WORK_SECONDS = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1,
] as const;

/** Where a table is an attribute: a fleet of a few hundred pipelines has more tables than the default limit allows. */
export const TABLE_CARDINALITY_LIMIT = 10_000;

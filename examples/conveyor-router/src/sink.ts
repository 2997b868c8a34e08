import type { RoutedRecord } from './record.ts';

/** Where records leave the router. */
export interface Sink {
  readonly sinkId: string;
  /** Resolves when all records are delivered; rejects when none is. */
  deliver(records: readonly RoutedRecord[], signal: AbortSignal): Promise<void>;
  /** Makes what has been delivered durable. */
  flush(): Promise<void>;
  /** Lets go of what the sink has open. */
  close(): Promise<void>;
}

/** What a sink is given of a record. */
export function toDelivery({ sourceId, offset, fields }: RoutedRecord): Record<string, unknown> {
  return { sourceId, offset, ...fields };
}

import { toStrings } from '../../attribute-values.ts';
import type { BoundAdder, BoundRecorder } from '../../instrument-interfaces.ts';
import { describeValue } from '../../described.ts';
import { passing, type Passed } from '../../flow/passing.ts';
import type { End } from '../../flow/watcher.ts';
import { sharedBySeries, type SeriesIdentity } from '../../process-state.ts';
import { TABLE_CARDINALITY_LIMIT } from '../boundaries.ts';
import { deltaforgeSet } from '../deltaforge-set.ts';
import { classifySourceError } from '../failures/classify-error.ts';
import type { PipelineServices } from './pipeline-services.ts';
import { beginReading, endReading, idleSeconds, startActivity, type SourceActivity } from './source-activity.ts';
import { tableOfEnvelope, timestampOfEnvelope, toMilliseconds, type EventReading } from './source-event.ts';
import { UserFunctions } from './user-functions.ts';
import { isFrom, noteFailure } from './where-failed.ts';

/** How the events of a source are read, and when there are too few. */
export interface SourceOptions<Event> extends EventReading<Event> {
  /** After how many seconds without an event a source counts as idle. Default: 60. */
  readonly idleAfterSeconds?: number;
}

/** The table of an event that does not say it. */
const UNKNOWN_TABLE = 'unknown';

const IDLE = deltaforgeSet.definitions.sourceIdleSeconds.name;

const DEFAULT_WINDOW_SECONDS = 60;

/** What is recorded of one table. */
interface TableSeries {
  readonly events: BoundAdder;
  readonly lag: BoundRecorder;
}

/** What flows: an async iterable, a Node stream, a web stream or an iterable. */
export type Flow<Item> = AsyncIterable<Item> | Iterable<Item> | { getReader(...args: never[]): unknown };

/** A source of a pipeline: what it reads, how far behind, and whether it reads at all. */
export class Source<Event> {
  readonly #services: PipelineServices;
  readonly #labels: { readonly pipeline: string; readonly source: string };
  readonly #table: (event: Event) => unknown;
  readonly #timestampMs: (event: Event) => number | undefined;
  readonly #rowsOf: ((event: Event) => number) | undefined;
  readonly #bytesOf: ((event: Event) => number) | undefined;
  readonly #functions: UserFunctions;
  readonly #activity: SourceActivity;
  readonly #windowMs: number;
  readonly #tables = new Map<string, TableSeries>();
  readonly #lag: BoundRecorder;
  readonly #bytes: BoundAdder;
  /** What tells its idle time from that of others. */
  readonly #idle: SeriesIdentity;
  #isWatched = false;

  constructor(services: PipelineServices, pipeline: string, source: string, options: SourceOptions<Event>) {
    const { table = tableOfEnvelope, timestamp = timestampOfEnvelope, rows, bytes, idleAfterSeconds } = options;
    const { instruments, constants, provider } = services;
    this.#services = services;
    this.#labels = { pipeline, source };
    this.#table = table;
    this.#timestampMs = (event) => toMilliseconds(timestamp(event));
    this.#rowsOf = rows;
    this.#bytesOf = bytes;
    this.#functions = new UserFunctions(`source ${describeValue(source)} of pipeline ${describeValue(pipeline)}`);
    this.#windowMs = this.#windowOf(idleAfterSeconds) * 1000;
    this.#idle = { name: IDLE, attributes: toStrings({ ...constants, ...this.#labels }, () => {}) };
    this.#activity = sharedBySeries(provider, this.#idle, startActivity);
    this.#lag = instruments.sourceLagSeconds.bind(this.#labels);
    this.#bytes = instruments.sourceBytes.bind(this.#labels);
  }

  /**
   * Counts the events of an async iterable, a Node stream or a web stream as they are taken out of what comes back, which is of
   * the same kind and takes the place of what was given. An array is as many events as it has. Lag is that of the last event.
   *
   * Until it has ended the source is idle when nothing has come for too long. A failure of it counts as an error of the source;
   * that nobody wants more of it (`break`, `destroy()`, `cancel()`) does not.
   */
  events<Events extends Flow<Event | readonly Event[]>>(events: Events): Passed<Events> {
    // A Node stream comes back itself, so it may come again.
    if (!this.#services.streams.isNew(events, this.#labels)) return events as unknown as Passed<Events>;
    if (typeof events === 'object' && events !== null) {
      this.#watch();
      beginReading(this.#activity);
    } else this.#functions.report('events', `events are ${describeValue(events)}, no iterable and no stream`);
    return passing(events, {
      item: (item) => {
        if (Array.isArray(item)) for (const event of item) this.#record(event as Event);
        else this.#record(item as Event);
      },
      ended: (end) => this.#end(end),
    });
  }

  /** Counts one event, for sources that call back. Idle time is counted from the first one on. */
  event(event: Event): void {
    this.#watch();
    this.#activity.isCallingBack = true;
    this.#record(event);
  }

  /** Counts a loss of the connection that a new one may mend. */
  reconnected(): void {
    this.#services.instruments.sourceReconnects.add(1, this.#labels);
  }

  /** Counts a failure that ended the reading, by its kind. Those of {@link events} are counted already. */
  failed(error: unknown): void {
    this.#services.instruments.sourceErrors.add(1, { ...this.#labels, kind: classifySourceError(error) });
  }

  /** Says that no more is to come from a source whose single events were counted: it is not idle, but at its end. */
  ended(): void {
    this.#activity.isCallingBack = false;
  }

  /** The hot path: two clocks, the series of the table, and what is written to them. */
  #record(event: Event): void {
    this.#activity.lastEventMs = performance.now();
    const series = this.#seriesOf(this.#tableOf(event));
    series.events.add(this.#rowsOf === undefined ? 1 : (this.#functions.call('rows', this.#rowsOf, event) ?? 1));
    const timestampMs = this.#functions.call('timestamp', this.#timestampMs, event);
    if (timestampMs !== undefined) {
      // Clocks of two machines differ: an event is never ahead of its reader.
      const lag = Math.max(0, Date.now() - timestampMs) / 1000;
      this.#lag.record(lag);
      series.lag.record(lag);
    }
    if (this.#bytesOf !== undefined) this.#bytes.add(this.#functions.call('bytes', this.#bytesOf, event) ?? 0);
  }

  #tableOf(event: Event): string {
    const table = this.#functions.call('table', this.#table, event);
    if (typeof table === 'string') return table;
    this.#functions.report(
      UNKNOWN_TABLE,
      `an event says no table and is counted under ${UNKNOWN_TABLE}; an option can tell it, table: (event) => 'shop.orders'`,
    );
    return UNKNOWN_TABLE;
  }

  #seriesOf(table: string): TableSeries {
    const known = this.#tables.get(table);
    if (known !== undefined) return known;
    const { sourceEvents, sourceTableLagSeconds } = this.#services.instruments;
    const { pipeline } = this.#labels;
    const series = {
      events: sourceEvents.bind({ ...this.#labels, table }),
      lag: sourceTableLagSeconds.bind({ pipeline, table }),
    };
    // No more than are kept apart.
    if (this.#tables.size < TABLE_CARDINALITY_LIMIT) this.#tables.set(table, series);
    return series;
  }

  /** Has the idle time worked out before every collection from now on. */
  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    const { instruments, beforeCollection } = this.#services;
    const gauge = instruments.sourceIdleSeconds.bind(this.#labels);
    beforeCollection.do(JSON.stringify(this.#idle), () => gauge.record(idleSeconds(this.#activity, this.#windowMs)));
  }

  #windowOf(seconds: unknown = DEFAULT_WINDOW_SECONDS): number {
    if (typeof seconds === 'number' && seconds >= 0) return seconds;
    this.#functions.report(
      'window',
      `idleAfterSeconds is ${describeValue(seconds)}, not a number of 0 or more; ${DEFAULT_WINDOW_SECONDS} is used`,
    );
    return DEFAULT_WINDOW_SECONDS;
  }

  #end(end: End): void {
    const hasFailed = 'succeeded' in end && !end.succeeded && !isFrom(end.error, 'behind');
    endReading(this.#activity, hasFailed);
    if (!hasFailed) return;
    noteFailure(end.error, 'source');
    this.failed(end.error);
  }
}

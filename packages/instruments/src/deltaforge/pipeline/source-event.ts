/** When something happened: a `Date`, or milliseconds since the Unix epoch. */
export type Moment = Date | number;

/** What is to be known of an event of a source. */
export interface EventReading<Event> {
  /** The table that has changed, with its database or schema: `shop.orders`. Default: that of a Debezium or DeltaForge event. */
  readonly table?: (event: Event) => string;
  /** When it happened in the database. Default: that of a Debezium or DeltaForge event; without it there is no lag. */
  readonly timestamp?: (event: Event) => Moment | undefined;
  /** How many rows it changes. Default: 1. */
  readonly rows?: (event: Event) => number;
  /** How many bytes of log it took. Default: not recorded. */
  readonly bytes?: (event: Event) => number;
}

/** What Debezium says of where an event is from ("source" of its envelope), and DeltaForge as well. */
interface Origin {
  readonly db?: unknown;
  readonly schema?: unknown;
  readonly table?: unknown;
  readonly ts_ms?: unknown;
}

/** `schema.table`, or without a schema `db.table`; `undefined` for an event of another shape. */
export function tableOfEnvelope(event: unknown): string | undefined {
  const origin = originOf(event);
  if (typeof origin?.table !== 'string') return undefined;
  const home = typeof origin.schema === 'string' ? origin.schema : origin.db;
  return typeof home === 'string' ? `${home}.${origin.table}` : origin.table;
}

/** Milliseconds since the Unix epoch; `undefined` for an event of another shape. */
export function timestampOfEnvelope(event: unknown): number | undefined {
  const timestamp = originOf(event)?.ts_ms;
  return typeof timestamp === 'number' ? timestamp : undefined;
}

/** Milliseconds since the Unix epoch; `undefined` for what is no moment. */
export function toMilliseconds(moment: unknown): number | undefined {
  const milliseconds = moment instanceof Date ? moment.getTime() : moment;
  return typeof milliseconds === 'number' && Number.isFinite(milliseconds) ? milliseconds : undefined;
}

/** The envelope itself, or with a schema around it. */
function originOf(event: unknown): Origin | undefined {
  if (!isObject(event)) return undefined;
  const { source, payload } = event;
  if (isObject(source)) return source;
  return isObject(payload) && isObject(payload['source']) ? payload['source'] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

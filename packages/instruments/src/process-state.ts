import type { MeterProvider } from '@opentelemetry/api';
import type { Log } from './log-record.ts';

/**
 * What all copies of this package in one process must agree on. Two versions side by side, or a hot reload that
 * evaluates the package anew, are normal in Node: what is kept here is kept once, under a `Symbol.for` key.
 */

/** A set that can be told that a meter provider has come or gone. */
export interface AttachableSet {
  /** Makes what it shows from the start appear. */
  attach(): void;
  detach(): void;
}

/** A gauge's value as its writers left it: increments and decrements need one to start from. */
export interface Level {
  value: number;
}

interface ProcessState {
  /** The keys of constant attributes by scope: the views must let them pass beside the declared ones. */
  readonly constantKeys: Map<string, Set<string>>;
  /** The levels of gauges that count up and down, by instrument name and constant attributes. */
  readonly levels: Map<string, Level>;
  /** What handles on one series share, by the provider that it is recorded on and the series. */
  shared?: WeakMap<object, Map<string, object>>;
  /** The living sets. Weak, so that a hot reload leaves nothing behind. */
  readonly sets: Set<WeakRef<AttachableSet>>;
  /** The provider of all sets that have none of their own, in the place of the one that is registered. */
  provider?: MeterProvider | undefined;
  /** What takes log records. */
  log?: Log | undefined;
}

const KEY = Symbol.for('flowmeter.instruments.v1');

function processState(): ProcessState {
  const holder = globalThis as { [KEY]?: ProcessState };
  return (holder[KEY] ??= { constantKeys: new Map(), levels: new Map(), sets: new Set() });
}

/** The keys of the constant attributes that any set of the scope was created with, so far. */
export function constantKeysOf(scope: string): Set<string> {
  const { constantKeys } = processState();
  let keys = constantKeys.get(scope);
  if (keys === undefined) constantKeys.set(scope, (keys = new Set()));
  return keys;
}

/** The one level of the gauge with this name and these constant attributes in this process. */
export function levelOf(name: string, attributes: Readonly<Record<string, string>>): Level {
  const { levels } = processState();
  const key = seriesKey(name, attributes);
  let level = levels.get(key);
  if (level === undefined) levels.set(key, (level = { value: 0 }));
  return level;
}

/**
 * What all that record one series in this process have in common.
 *
 * @param provider what it is recorded on; `undefined` is the one registered with the API
 * @param create makes it, the first time
 */
export function sharedBySeries<State extends object>(
  provider: MeterProvider | undefined,
  { name, attributes }: SeriesIdentity,
  create: () => State,
): State {
  const state = processState();
  const shared = (state.shared ??= new WeakMap());
  const owner = provider ?? state;
  let bySeries = shared.get(owner);
  if (bySeries === undefined) shared.set(owner, (bySeries = new Map()));
  const key = seriesKey(name, attributes);
  let found = bySeries.get(key);
  if (found === undefined) bySeries.set(key, (found = create()));
  // Each name has one kind of state.
  return found as State;
}

/** What tells one series from another. */
export interface SeriesIdentity {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function seriesKey(name: string, attributes: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, ...Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Remembers a set for {@link attachInstruments} and {@link detachInstruments}, for as long as its user keeps it. */
export function rememberSet(set: AttachableSet): void {
  const { sets } = processState();
  for (const reference of sets) if (reference.deref() === undefined) sets.delete(reference);
  sets.add(new WeakRef(set));
}

/**
 * Tells every set of the process that a meter provider is now registered. Sets attach by themselves with their first
 * measurement; this makes what they show from the start appear at once.
 *
 * @param provider the provider for all sets, those to come too, where the API cannot be given it: several versions of the API in
 *   one process do not know one another's providers
 */
export function attachInstruments(provider?: MeterProvider): void {
  processState().provider = provider;
  for (const reference of processState().sets) reference.deref()?.attach();
}

/** What {@link attachInstruments} was given. */
export function givenProvider(): MeterProvider | undefined {
  return processState().provider;
}

/** Lets every set of the process go of its meter provider: it attaches to the next one that is registered. */
export function detachInstruments(): void {
  processState().provider = undefined;
  for (const reference of processState().sets) reference.deref()?.detach();
}

/** Has log records taken by `log`, in the place of OpenTelemetry's `diag`; `undefined` is the way back. */
export function attachLog(log: Log | undefined): void {
  processState().log = log;
}

/** What {@link attachLog} was given. */
export function givenLog(): Log | undefined {
  return processState().log;
}

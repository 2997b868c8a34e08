import { toStrings, type ConstantAttributes } from './attribute-values.ts';
import type { SetOptions } from './create-instruments.ts';
import type { InstrumentSet } from './definition.ts';
import { describeValue } from './described.ts';
import { MeterAttachment, type AttachableInstrument } from './meter-attachment.ts';
import { constantKeysOf } from './process-state.ts';
import { warn } from './warn.ts';
import { Recording } from './recording.ts';
import { Tally } from './tally.ts';

/** What a set does beyond recording. */
export interface RecordingsOptions {
  /** Whether to count what is recorded, for a set that reads its numbers back. Default: no. */
  readonly tallied?: boolean;
  /** Called with the recordings each time they have got a meter. */
  readonly onAttached?: (recordings: ReadonlyMap<string, Recording>) => void;
  /** What else is created on the meter. */
  readonly beside?: readonly AttachableInstrument[];
}

/** Creates the recordings of a set by property name, and attaches them as soon as there is a meter provider. */
export function createRecordings(
  set: InstrumentSet,
  options: SetOptions,
  { tallied = false, onAttached, beside = [] }: RecordingsOptions = {},
): ReadonlyMap<string, Recording> {
  const constants = constantsOf(set, options);
  const recordings = new Map<string, Recording>();
  const show = onAttached === undefined ? undefined : (): void => onAttached(recordings);
  const attachment = new MeterAttachment(set.scope, options.meterProvider, show);
  for (const [property, definition] of Object.entries(set.definitions)) {
    const tally = tallied ? new Tally() : undefined;
    recordings.set(property, new Recording(definition, constants, tally, () => attachment.attachNow()));
  }
  attachment.open([...recordings.values(), ...beside]);
  return recordings;
}

/** The constant attributes as strings, made known to the views before the first measurement carries them. */
function constantsOf(set: InstrumentSet, options: SetOptions): ConstantAttributes | undefined {
  if (options.attributes === undefined) return undefined;
  const constants = toStrings(options.attributes, ({ key, value, outcome }) => {
    warn(`${set.scope}: constant attribute ${key} is ${describeValue(value)}, not a string, and was ${outcome}`);
  });
  const keys = constantKeysOf(set.scope);
  for (const key of Object.keys(constants)) keys.add(key);
  return constants;
}

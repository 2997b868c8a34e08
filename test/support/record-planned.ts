import { createConveyor } from 'flowmeter/conveyor';
import { createDeltaforge } from 'flowmeter/deltaforge';
import { createKrafka } from 'flowmeter/krafka';
import { createRoboflow } from 'flowmeter/roboflow';
import { CONSTANT, type PlannedSeries } from './planned-series.ts';

/** What all instruments have in common here: one of the three ways to take a value. */
interface AnyInstrument {
  add?(value: number, attributes: object): void;
  record?(value: number, attributes: object): void;
  set?(value: number): void;
}

/**
 * Records planned series, in an application that has everything registered.
 *
 * @param around calls what records the values of a series, with whatever has to be there meanwhile
 */
export function recordPlanned(
  planned: readonly PlannedSeries[],
  around: (series: PlannedSeries, recordIt: () => void) => void = (_, recordIt) => recordIt(),
): void {
  const record = createRecorder();
  for (const series of planned) around(series, () => record(series));
}

/** Makes the sets, and returns what records the values of a series. */
export function createRecorder(): (series: PlannedSeries) => void {
  const krafka = createKrafka({ attributes: CONSTANT });
  const sets: Record<string, object> = {
    conveyor_router_: createConveyor({ attributes: CONSTANT }),
    roboflow_: createRoboflow({ attributes: CONSTANT }),
    deltaforge_: createDeltaforge({ attributes: CONSTANT }),
    krafka_producer_: krafka.producer,
    krafka_consumer_: krafka.consumer,
    krafka_connection_: krafka.connection,
  };

  return ({ prefix, property, attributes, values }) => {
    const set = sets[prefix] as Record<string, AnyInstrument> | undefined;
    const instrument = set?.[property];
    if (instrument === undefined) throw new Error(`no ${property} in the set of ${prefix}`);
    for (const value of values) {
      if (instrument.add !== undefined) instrument.add(value, attributes);
      else if (instrument.record !== undefined) instrument.record(value, attributes);
      else if (instrument.set !== undefined) instrument.set(value);
      else throw new Error(`${prefix}${property} takes no values`);
    }
  };
}

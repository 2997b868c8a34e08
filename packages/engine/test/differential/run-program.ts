import type {
  BatchObservableResult,
  Meter,
  MeterProvider as ApiMeterProvider,
  Observable,
  ObservableResult,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InstrumentType, type MeterProviderOptions, type MetricReader } from '@opentelemetry/sdk-metrics';
import { createInstrument, createReader, viewOptionsOf, type Bound, type Instrument } from './from-plans.ts';
import { normalForm, textOf, type Collected } from './normal-form.ts';
import type { Behaviour, MeterPlan, Program, Step } from './program.ts';
import { isObservable } from './vocabulary.ts';

/** What programs run on. */
export type MeterProviderClass = new (options: MeterProviderOptions) => ApiMeterProvider;

/** A collection, and the reader that made it. */
export interface Collection extends Collected {
  readonly by: number;
}

/** Runs a program, and returns what its collections have come to, in their order. */
export async function runProgram(Provider: MeterProviderClass, program: Program): Promise<readonly Collection[]> {
  const readers = program.readers.map(createReader);
  const provider = new Provider({ resource, readers, views: program.views.map(viewOptionsOf) });
  const run = new Run(provider, program);
  const collections: Collection[] = [];
  const collect = async (by: number, reader: MetricReader): Promise<Collection> => {
    return { by, ...normalForm(await reader.collect()) };
  };
  for (const step of program.steps) {
    if (step.do === 'collect') {
      const reader = readers[step.by];
      if (reader !== undefined) collections.push(await collect(step.by, reader));
    } else if (step.do === 'collect by all') {
      collections.push(...(await Promise.all(readers.map((reader, by) => collect(by, reader)))));
    } else {
      run.take(step);
    }
  }
  return collections;
}

const resource = resourceFromAttributes({ 'service.name': 'programs' });

const ADDING = new Set([InstrumentType.COUNTER, InstrumentType.UP_DOWN_COUNTER]);

type CallStep = Exclude<Step, { readonly do: 'collect' | 'collect by all' }>;

/** The instruments and callbacks of a program that runs. */
class Run {
  readonly #provider: ApiMeterProvider;
  readonly #program: Program;
  readonly #instruments = new Map<number, Instrument>();
  readonly #bound = new Map<string, Bound>();
  readonly #behaviours = new Map<number, Behaviour>();
  readonly #callbacks = new Map<number, (result: ObservableResult | BatchObservableResult) => Promise<void> | void>();

  constructor(provider: ApiMeterProvider, program: Program) {
    this.#provider = provider;
    this.#program = program;
  }

  take(step: CallStep): void {
    switch (step.do) {
      case 'record':
        return this.#record(step);
      case 'create':
        return this.#createAgain(step.instrument);
      case 'behave':
        return void this.#behaviours.set(step.callback, step);
      case 'start':
        return this.#register(step.callback, 'add');
      case 'stop':
        return this.#register(step.callback, 'remove');
    }
  }

  #record({ on, form, value, attributes = {} }: Step & { readonly do: 'record' }): void {
    const instrument = this.#instrument(on);
    const verb = ADDING.has(at(this.#program.instruments, on).type) ? 'add' : 'record';
    if (form === 'bound' && instrument.bind !== undefined) {
      // Bound once: what is bound stays so, whatever is collected or created again in between.
      const key = `${on} ${textOf(attributes)}`;
      const bound = this.#bound.get(key) ?? instrument.bind(attributes);
      this.#bound.set(key, bound);
      bound[verb]?.(value);
    } else if (form === 'positional' && instrument.positional !== undefined) {
      const labels = [...Object.values(attributes), value];
      instrument.positional(...Object.keys(attributes))(...(labels as never[]));
    } else {
      instrument[verb]?.(value, attributes);
    }
  }

  #createAgain(index: number): void {
    const created = this.#create(index);
    // Callbacks stay with the first one: see `identicalInstruments`.
    if (!isObservable(this.#program.instruments[index])) this.#instruments.set(index, created);
  }

  #instrument(index: number): Instrument {
    const present = this.#instruments.get(index);
    if (present !== undefined) return present;
    const instrument = this.#create(index);
    this.#instruments.set(index, instrument);
    return instrument;
  }

  #create(index: number): Instrument {
    const plan = at(this.#program.instruments, index);
    return createInstrument(this.#meter(plan.meter), plan);
  }

  #meter({ name, version, schemaUrl }: MeterPlan): Meter {
    return this.#provider.getMeter(name, version, schemaUrl === undefined ? undefined : { schemaUrl });
  }

  #register(index: number, verb: 'add' | 'remove'): void {
    const { on, isBatch } = at(this.#program.callbacks, index);
    const callback = this.#callback(index);
    const observables = on.map((instrument) => this.#instrument(instrument) as Observable);
    if (!isBatch) return observables[0]?.[`${verb}Callback`](callback);
    const meter = this.#meter(at(this.#program.instruments, on[0] ?? 0).meter);
    meter[`${verb}BatchObservableCallback`](callback, observables);
  }

  #callback(index: number): (result: ObservableResult | BatchObservableResult) => Promise<void> | void {
    const present = this.#callbacks.get(index);
    if (present !== undefined) return present;
    const { isBatch } = at(this.#program.callbacks, index);
    const act = (result: ObservableResult | BatchObservableResult): void => {
      const { records = [], observations, throws } = this.#behaviours.get(index) ?? { observations: [] };
      for (const measurement of records) {
        if (this.#instruments.has(measurement.on)) this.#record({ do: 'record', ...measurement });
      }
      for (const { on, value, attributes } of observations) {
        const instrument = this.#instruments.get(on);
        if (!isBatch) (result as ObservableResult).observe(value, attributes);
        else if (instrument !== undefined) {
          (result as BatchObservableResult).observe(instrument as Observable, value, attributes);
        }
      }
      if (throws !== undefined) throw new Error(throws);
    };
    const callback = (result: ObservableResult | BatchObservableResult): Promise<void> | void =>
      this.#behaviours.get(index)?.isAsync === true ? Promise.resolve().then(() => act(result)) : act(result);
    this.#callbacks.set(index, callback);
    return callback;
  }
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new RangeError(`the program has no ${index}`);
  return item;
}

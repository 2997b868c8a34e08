import {
  type Attributes,
  type BatchObservableCallback,
  type Meter as ApiMeter,
  type MetricOptions,
  type Observable,
  type ObservableCounter,
  type ObservableGauge,
  type ObservableUpDownCounter,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import { InstrumentType } from './sdk-enumerations.ts';
import { Acceptance } from './acceptance.ts';
import { describeSetting } from './described.ts';
import type { ExemplarSampler } from './exemplar-sampler.ts';
import { describe, isValidName, NAME_IN_WORDS, type InstrumentDescriptor } from './instrument-descriptor.ts';
import { kindOf } from './instrument-kind.ts';
import { ObservableCallbacks } from './observable-callbacks.ts';
import { ObservableInstrument } from './observable-instrument.ts';
import type { SelfMetrics } from './self-metrics.ts';
import type { Stream } from './stream.ts';
import { planStreams } from './stream-plan.ts';
import { StreamRegistry } from './stream-registry.ts';
import {
  SynchronousInstrument,
  type EngineCounter,
  type EngineGauge,
  type EngineHistogram,
  type EngineUpDownCounter,
} from './synchronous-instrument.ts';
import type { View } from './view.ts';
import { areBoundaries } from './view.ts';
import { Warnings } from './warnings.ts';

/** What the meters of a provider share. */
export interface MeterServices {
  readonly views: readonly View[];
  readonly readers: readonly IMetricReader[];
  readonly sampler: ExemplarSampler;
  readonly selfMetrics: SelfMetrics;
  readonly now: () => number;
}

interface Registered<Instrument> {
  readonly descriptor: InstrumentDescriptor;
  readonly instrument: Instrument;
}

/** The API's meter, whose synchronous instruments do what `EngineInstrument` says beyond the API. */
export interface EngineMeter extends ApiMeter {
  createCounter<AttributesTypes extends Attributes = Attributes>(
    name: string,
    options?: MetricOptions,
  ): EngineCounter<AttributesTypes>;
  createUpDownCounter<AttributesTypes extends Attributes = Attributes>(
    name: string,
    options?: MetricOptions,
  ): EngineUpDownCounter<AttributesTypes>;
  createGauge<AttributesTypes extends Attributes = Attributes>(
    name: string,
    options?: MetricOptions,
  ): EngineGauge<AttributesTypes>;
  createHistogram<AttributesTypes extends Attributes = Attributes>(
    name: string,
    options?: MetricOptions,
  ): EngineHistogram<AttributesTypes>;
  /** Whether anything that is recorded here can have an effect: not without readers, and not on a meter got after shutdown. */
  enabled(): boolean;
}

/** Creates instruments with the streams that views and readers make of them. */
export class Meter implements EngineMeter {
  readonly scope: InstrumentationScope;
  readonly callbacks: ObservableCallbacks;
  readonly streams: StreamRegistry;
  readonly #services: MeterServices;
  readonly #warnings = new Warnings();
  /** By name in lower case: names are case-insensitive (specification, API, "Instrument name syntax"). */
  readonly #synchronous = new Map<string, Registered<SynchronousInstrument>[]>();
  readonly #observable = new Map<string, Registered<ObservableInstrument>[]>();
  /** In the writing that came first. */
  readonly #names = new Map<string, string>();

  constructor(scope: InstrumentationScope, services: MeterServices) {
    this.scope = scope;
    this.#services = services;
    this.callbacks = new ObservableCallbacks(services);
    this.streams = new StreamRegistry(
      {
        now: services.now,
        onOverflow: (stream, entries) => services.selfMetrics.watchOverflow(scope.name, stream, entries),
      },
      this.#warnings,
    );
  }

  enabled(): boolean {
    return this.#services.readers.length > 0;
  }

  createCounter(name: string, options?: MetricOptions): SynchronousInstrument {
    return this.#createSynchronous(name, InstrumentType.COUNTER, options);
  }

  createUpDownCounter(name: string, options?: MetricOptions): SynchronousInstrument {
    return this.#createSynchronous(name, InstrumentType.UP_DOWN_COUNTER, options);
  }

  createGauge(name: string, options?: MetricOptions): SynchronousInstrument {
    return this.#createSynchronous(name, InstrumentType.GAUGE, options);
  }

  createHistogram(name: string, options?: MetricOptions): SynchronousInstrument {
    return this.#createSynchronous(name, InstrumentType.HISTOGRAM, options);
  }

  createObservableCounter(name: string, options?: MetricOptions): ObservableCounter {
    return this.#createObservable(name, InstrumentType.OBSERVABLE_COUNTER, options);
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): ObservableUpDownCounter {
    return this.#createObservable(name, InstrumentType.OBSERVABLE_UP_DOWN_COUNTER, options);
  }

  createObservableGauge(name: string, options?: MetricOptions): ObservableGauge {
    return this.#createObservable(name, InstrumentType.OBSERVABLE_GAUGE, options);
  }

  addBatchObservableCallback<AttributesTypes extends Attributes = Attributes>(
    callback: BatchObservableCallback<AttributesTypes>,
    observables: Observable<AttributesTypes>[],
  ): void {
    this.callbacks.addBatch(callback, observables);
  }

  removeBatchObservableCallback<AttributesTypes extends Attributes = Attributes>(
    callback: BatchObservableCallback<AttributesTypes>,
    observables: Observable<AttributesTypes>[],
  ): void {
    this.callbacks.removeBatch(callback, observables);
  }

  #createSynchronous(name: unknown, type: InstrumentType, options: MetricOptions | undefined): SynchronousInstrument {
    const { sampler } = this.#services;
    return this.#registered(this.#synchronous, name, type, options, (acceptance, streams) => {
      return new SynchronousInstrument(acceptance, streams, sampler);
    });
  }

  #createObservable(name: unknown, type: InstrumentType, options: MetricOptions | undefined): ObservableInstrument {
    return this.#registered(this.#observable, name, type, options, (acceptance, streams) => {
      return new ObservableInstrument(acceptance, streams, this.callbacks);
    });
  }

  /** The instrument that is there already, or a new one; for a name that is none, one without streams. */
  #registered<Instrument>(
    known: Map<string, Registered<Instrument>[]>,
    name: unknown,
    type: InstrumentType,
    options: MetricOptions | undefined,
    create: (acceptance: Acceptance, streams: readonly Stream[]) => Instrument,
  ): Instrument {
    if (!isValidName(name)) {
      this.#warnings.warn(
        `${describeSetting(name)} is not an instrument name, and what is recorded goes nowhere; allowed are ${NAME_IN_WORDS}`,
      );
      return create(new Acceptance(describe('', type, undefined)), []);
    }
    const descriptor = describe(this.#firstWriting(name), type, options);
    const namesakes = known.get(name.toLowerCase()) ?? [];
    const present = namesakes.find((registered) => isIdentical(registered.descriptor, descriptor));
    if (present === undefined) this.#checkAdvice(descriptor);
    else if (hasSameAdvice(present.descriptor, descriptor)) {
      if (present.descriptor.description === descriptor.description) return present.instrument;
    } else {
      this.#warnings.warn(
        `${descriptor.name} was created with other advice before, and keeps it: ${describeSetting(present.descriptor.advice)}, not ${describeSetting(descriptor.advice)}`,
      );
    }
    const streams = this.#streamsFor(
      present === undefined ? descriptor : { ...descriptor, advice: present.descriptor.advice },
    );
    if (present !== undefined) return present.instrument;
    const acceptance: Acceptance = new Acceptance(descriptor, () =>
      this.#services.selfMetrics.watchDrops(this.scope.name, acceptance),
    );
    const instrument = create(acceptance, streams);
    known.set(name.toLowerCase(), [...namesakes, { descriptor, instrument }]);
    return instrument;
  }

  #streamsFor(descriptor: InstrumentDescriptor): Stream[] {
    const { views, readers } = this.#services;
    const isShared = !kindOf(descriptor.type).isObservable;
    return this.streams.register(planStreams(descriptor, this.scope, views, readers, isShared));
  }

  #firstWriting(name: string): string {
    const first = this.#names.get(name.toLowerCase());
    if (first === undefined) this.#names.set(name.toLowerCase(), name);
    else if (first !== name) {
      this.#warnings.warn(
        `the instrument names ${first} and ${name} differ in case only, and ${first} is used: write it in one way`,
      );
    }
    return first ?? name;
  }

  #checkAdvice({ name, advice }: InstrumentDescriptor): void {
    const boundaries: unknown = advice.explicitBucketBoundaries;
    if (boundaries === undefined || areBoundaries(boundaries)) return;
    this.#warnings.warn(
      `${name}: the advised boundaries are ${describeSetting(boundaries)} and are ignored; allowed are numbers that increase`,
    );
  }
}

function hasSameAdvice(a: InstrumentDescriptor, b: InstrumentDescriptor): boolean {
  return describeSetting(a.advice) === describeSetting(b.advice);
}

/** Identity as the specification has it, but for the description, which is settled by using the longer one. */
function isIdentical(a: InstrumentDescriptor, b: InstrumentDescriptor): boolean {
  return a.name === b.name && a.type === b.type && a.unit === b.unit && a.valueType === b.valueType;
}

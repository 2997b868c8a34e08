/**
 * Where the engine differs from sdk-metrics 3.1.1 on purpose, for all to see: what differential programs leave out, and
 * what of stock's collections they leave out of account, names the exception that it is for. Each is shown by a
 * demonstration, which fails when the difference goes away as well.
 */
export interface Exception {
  /** What the engine does, as a sentence. */
  readonly ours: string;
  /** What sdk-metrics does, as the rest of a sentence. */
  readonly stock: string;
  /** Why. What is quoted is the specification. */
  readonly reason: string;
}

export const exceptions = {
  limitForLife: {
    ours: 'a stream has as many series as its limit says for all its life, and one more that takes the rest exactly',
    stock: 'counts them anew in each interval, with room for one fewer, so that cumulative series grow without end',
    reason:
      '"overflow would not happen if the maximum number of distinct, non-overflow attribute sets is less than or equal to the limit"',
  },
  oneRunningTotal: {
    ours: 'deltas are differences of one running total, with its rounding: above 2^53 they are no longer exact',
    stock: 'adds up each interval by itself',
    reason: 'readers that share a total cost no memory each, and a counter of bytes comes to 2^53 after 9 petabytes',
  },
  unusualValues: {
    ours: 'NaN and infinite values are dropped and counted',
    stock: 'adds them up, and the sum is NaN or infinite until the process ends',
    reason: 'one bad value must not cost a series',
  },
  zerosThatCoarsen: {
    ours: 'zeros, and values on the other side of zero, do not coarsen an exponential histogram',
    stock: 'lowers the scale when it merges an interval that has no values on one side of zero',
    reason: 'the scale is "the largest value of scale such that no more than the maximum number of buckets are needed"',
  },
  losslessDelta: {
    ours: 'a delta that was not delivered can be given back, and is part of the next one',
    stock: 'has no such thing, and a delta whose export fails is lost',
    reason: 'an outage of the receiver must not lose what was counted meanwhile',
  },

  undefinedAttributes: {
    ours: 'an attribute whose value is undefined is left out',
    stock: 'makes a series of its own, which is exported with the attributes of the other',
    reason: 'two series with equal attributes contradict each other',
  },
  unwritableAttributes: {
    ours: 'attribute values that JSON cannot write do not throw and are told apart',
    stock: 'throws from the recording call, or takes them for one another',
    reason: 'recording must not break what it measures',
  },
  attributesThatAreNone: {
    ours: 'what is no object is no attributes',
    stock: 'throws for null, and takes the letters of a text for attributes',
    reason: 'recording must not break what it measures',
  },
  attributesThatChange: {
    ours: 'attributes are copied when their series is made',
    stock: "keeps the caller's object, and exports what has become of it",
    reason: 'callers use one object again and again',
  },
  failingProcessors: {
    ours: 'a measurement whose attributes a view cannot process is dropped and counted',
    stock: 'throws from the recording call',
    reason: 'recording must not break what it measures',
  },

  staleObservations: {
    ours: 'an observable instrument reports what its callbacks have observed in this collection',
    stock: 'repeats with cumulative temporality whatever was ever observed',
    reason: 'collections "MUST only receive data points with measurements recorded since the previous collection"',
  },
  failedCallbacks: {
    ours: 'a callback that throws reports nothing, and the next delta begins where the last reported one ended',
    stock: 'repeats what the callback has observed before',
    reason: 'a number that nobody has observed looks as if all were well',
  },
  observationsOfOneReader: {
    ours: "callbacks run for the reader that collects, and what they observe is that reader's only",
    stock: 'hands observations on to all readers',
    reason: '"observations made or produced by executing callbacks only apply to the intended MetricReader"',
  },
  repeatedObservations: {
    ours: 'of several observations of one attribute set, that of the callback registered last counts',
    stock: 'takes that of the callback which ended last',
    reason:
      'which one counts is nobody\'s promise: callbacks "SHOULD NOT make duplicate observations"; ours does not depend on timing',
  },
  callbacksThatStop: {
    ours: 'a callback that takes itself back while it runs costs no other its turn',
    stock: 'skips the one registered after it',
    reason: 'callbacks know nothing of each other',
  },
  hangingCallbacks: {
    ours: 'a callback that hangs is not called again as long as it does',
    stock: 'calls it with each collection, and waits for ever where the reader sets no limit',
    reason: 'calls that pile up cost the process, not their metric alone',
  },
  shrinkingTotals: {
    ours: 'an observable counter that has become smaller has begun anew for the reader that sees it',
    stock: 'has it begin anew for every reader that collects next',
    reason: "observations are one reader's: see `observationsOfOneReader`",
  },
  identicalInstruments: {
    ours: 'identical instruments are one object, and a callback that is registered with both is called once',
    stock: 'makes two objects and calls it twice',
    reason:
      'it is "unspecified whether or under which conditions the same or different Instrument instance will be returned"',
  },
  noCounterBelowZero: {
    ours: 'a negative observation of an observable counter is dropped and counted',
    stock: 'makes 0 of it',
    reason: 'a counter that falls to 0 is a restart, which has not taken place',
  },
  histogramsOfObservations: {
    ours: 'a histogram of an observable instrument counts each observation',
    stock: 'subtracts observations from each other, which comes to negative counts',
    reason: 'observations are measurements, and a histogram counts measurements',
  },

  oneStreamNameTwice: {
    ours: 'two views that give one instrument the same stream name make two streams if they differ, otherwise one',
    stock: 'makes one, and records every measurement into it twice',
    reason: 'views apply "independently of any other Views"; counting twice is wrong in any case',
  },
  renamedOntoAnother: {
    ours: 'an instrument that a view gives the name of an identical one goes into one stream with it',
    stock: 'exports two metrics that are the same but for their numbers',
    reason: '"the SDK MUST aggregate data from identical Instruments together in its export pipeline"',
  },
  readersAggregations: {
    ours: 'a view that does not speak of the aggregation leaves it to the reader',
    stock: 'takes the default of the instrument',
    reason:
      'without one, "the MeterProvider MUST apply a default aggregation configurable on the basis of instrument type according to the MetricReader instance"',
  },
  readersLimits: {
    ours: 'a view without a limit leaves it to the reader',
    stock: 'takes 2000',
    reason:
      'what views leave open is for the reader to say (specification, SDK, "Cardinality limits": "Configuration")',
  },
  namesInAnotherCase: {
    ours: 'names that differ only in case are one instrument, with the name that came first',
    stock: 'makes an instrument of each',
    reason: 'the Meter "MUST return an instrument using the first-seen instrument name"',
  },
  invalidNames: {
    ours: 'an instrument whose name is not valid records nothing',
    stock: 'warns and records all the same',
    reason: 'the name would be refused, or changed, by whoever receives it',
  },
  wildcards: {
    ours: 'a view may have any number of * and ? in the name of what it selects',
    stock: 'takes the first * for a wildcard, and ? for itself',
    reason:
      '"A question mark (?): matches any single character", "An asterisk (*): matches any number of any characters"',
  },
  impossibleViews: {
    ours: 'boundaries that do not increase, a histogram with less than 2 buckets, a name that no instrument may have, and options that are none are errors in a view',
    stock: 'sorts the boundaries, takes 2 buckets, exports the name, and ignores what it does not know',
    reason: 'a mistake in a configuration is told where it is made',
  },
  impossibleAdvice: {
    ours: 'advised boundaries that do not increase are left out of account',
    stock: 'sorts them',
    reason: 'advice that is not valid is to be treated "as if the parameter was not provided"',
  },
} as const satisfies Readonly<Record<string, Exception>>;

export type ExceptionName = keyof typeof exceptions;

import { InstrumentType } from './sdk-enumerations.ts';

/** What distinguishes the kinds of instruments (specification, API, "Instrument"). */
export interface InstrumentKind {
  /** In words, with the article. */
  readonly words: string;
  /** Whether its values are observed by callbacks, not recorded. */
  readonly isObservable: boolean;
  /** Whether negative values are taken. Where not, sums only grow. */
  readonly takesNegative: boolean;
}

const KINDS: Readonly<Record<InstrumentType, InstrumentKind>> = {
  [InstrumentType.COUNTER]: { words: 'a counter', isObservable: false, takesNegative: false },
  [InstrumentType.UP_DOWN_COUNTER]: { words: 'an up-down counter', isObservable: false, takesNegative: true },
  [InstrumentType.GAUGE]: { words: 'a gauge', isObservable: false, takesNegative: true },
  [InstrumentType.HISTOGRAM]: { words: 'a histogram', isObservable: false, takesNegative: false },
  [InstrumentType.OBSERVABLE_COUNTER]: { words: 'an observable counter', isObservable: true, takesNegative: false },
  [InstrumentType.OBSERVABLE_UP_DOWN_COUNTER]: {
    words: 'an observable up-down counter',
    isObservable: true,
    takesNegative: true,
  },
  [InstrumentType.OBSERVABLE_GAUGE]: { words: 'an observable gauge', isObservable: true, takesNegative: true },
};

export function kindOf(type: InstrumentType): InstrumentKind {
  return KINDS[type];
}

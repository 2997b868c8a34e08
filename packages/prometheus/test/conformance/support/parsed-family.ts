/** The labels and the value of an exemplar, and when it was measured in epoch seconds. */
export interface ParsedExemplar {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly seconds: number | undefined;
}

/** One line of a body. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly exemplar: ParsedExemplar | undefined;
}

/** What a body says of one name: what stands in its metadata, and the samples that follow. */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string | undefined;
  readonly unit: string | undefined;
  readonly samples: readonly ParsedSample[];
}

/** Equal for equal sets of labels. To Prometheus a label without a value is none. */
export function keyOfLabels(labels: ReadonlyMap<string, string>): string {
  return JSON.stringify([...labels].filter(([, value]) => value !== '').toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

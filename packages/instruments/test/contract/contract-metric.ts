/** One metric as the contract with a system's users has it: by hand from its documentation and sources. */
export interface ContractMetric {
  /** The name in Prometheus text. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** Labels that only some series have. */
  readonly optionalLabels?: readonly string[];
  /** The values of labels for which the contract has a closed list. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** The buckets, where the contract fixes them. */
  readonly buckets?: readonly number[];
  /** Whether the published documentation (the seed) asks for it, or only the present code has it. */
  readonly since: 'seed' | 'upstream';
  /** Where we differ from what is published or built, and why. */
  readonly deviation?: Deviation;
}

export interface Deviation {
  /** What the contract has instead; `unnamed` where it wants a metric and gives it no name. */
  readonly contract:
    | 'unnamed'
    | {
        readonly name?: string;
        readonly type?: 'summary';
        readonly labels?: readonly string[];
        readonly buckets?: readonly number[];
      };
  readonly reason: string;
}

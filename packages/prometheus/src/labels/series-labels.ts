import type { SeriesMetric } from '@flowmeter/engine';
import type { Attributes } from '@opentelemetry/api';
import { isClassicLabelName } from '../exposition/classic-name.ts';
import type { Naming } from '../names/naming.ts';
import type { EncodedLabels } from './encoded-labels.ts';
import { LabelArena } from './label-arena.ts';
import type { Label } from './label.ts';
import { toLabels } from './to-labels.ts';

/** What the labels of the series of one metric are made with. */
export interface LabelRules {
  readonly naming: Naming;
  /** The labels that all its series have. */
  readonly fixed: readonly Label[];
  /** Whether those are the same whatever the escaping (but `dots`, which leaves no name as it is). */
  readonly isFixedPlain: boolean;
  readonly reserved: ReadonlySet<string>;
  /** Whether labels are to be in the order of their names, the fixed ones too. */
  readonly isByName: boolean;
  readonly encode: (labels: readonly Label[]) => Uint8Array;
}

/**
 * The labels of the series of one metric, encoded once for each. Labels with classic names that are the attributes' keys, and
 * with values that are text, are the same whatever the escaping, and kept once; others are kept for each escaping.
 */
export class SeriesLabels {
  readonly #plain = new LabelArena();
  readonly #changed = new Map<string, LabelArena>();

  /** Changes whenever a series is added. */
  versionFor({ escaping }: Naming): number {
    return this.#plain.version + (this.#changed.get(escaping)?.version ?? 0);
  }

  /** Whether all labels are what the attributes say, so that different series cannot come to the same labels. */
  isPlainFor({ escaping }: Naming): boolean {
    return this.#changed.get(escaping)?.isEmpty ?? true;
  }

  /** Frees what series of long ago have left. Comes before a round of {@link prepare}. */
  tidy(): void {
    for (const arena of [this.#plain, ...this.#changed.values()]) if (arena.isMostlyGarbage()) arena.clear();
  }

  /** Makes the labels of a series, if that has not been done. */
  prepare(metric: SeriesMetric, row: number, rules: LabelRules): void {
    const generation = metric.generationOf(row);
    if (this.find(row, generation, rules.naming) !== undefined) return;
    const attributes = metric.attributesOf(row);
    const labels = toLabels(attributes, rules.naming, rules.fixed, rules.reserved);
    if (isPlain(labels, attributes, rules)) {
      this.#plain.add(row, generation, rules.encode(rules.isByName ? byName(labels) : labels));
    } else {
      this.#changedFor(rules.naming).add(row, generation, rules.encode(inOrder(labels, rules)));
    }
  }

  /** The labels of a series that has been prepared; `undefined` for another. */
  find(row: number, generation: number, { escaping }: Naming): EncodedLabels | undefined {
    if (escaping !== 'dots' && this.#plain.find(row, generation)) return this.#plain;
    const changed = this.#changed.get(escaping);
    return changed?.find(row, generation) === true ? changed : undefined;
  }

  #changedFor({ escaping }: Naming): LabelArena {
    let arena = this.#changed.get(escaping);
    if (arena === undefined) this.#changed.set(escaping, (arena = new LabelArena()));
    return arena;
  }
}

function isPlain(labels: readonly Label[], attributes: Attributes, rules: LabelRules): boolean {
  const { fixed, isFixedPlain, naming } = rules;
  if (!isFixedPlain || naming.escaping === 'dots') return false;
  if (labels.length !== fixed.length + Object.keys(attributes).length) return false;
  return labels.every(
    ([name, value], position) =>
      value !== '' && (position < fixed.length || (isClassicLabelName(name) && attributes[name] === value)),
  );
}

/**
 * So that equal sets of labels are equal text: by name, since attributes come in the order of their keys, which are others; and
 * without labels that are empty, which to Prometheus is to have none.
 */
function inOrder(labels: readonly Label[], { fixed, isByName }: LabelRules): readonly Label[] {
  const first = isByName ? 0 : fixed.length;
  return [...labels.slice(0, first), ...byName(labels.slice(first))].filter(([, value]) => value !== '');
}

function byName(labels: readonly Label[]): readonly Label[] {
  return labels.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

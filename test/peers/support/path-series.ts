/** What the series of a path are compared by. */
import { strictEqual } from 'node:assert/strict';
import { samplesOf } from '../../support/expected-samples.ts';
import type { InstrumentDefinition } from '@flowmeter/instruments';
import type { PlannedSeries } from '../../support/planned-series.ts';
import { keyOf } from '../../support/prometheus-text.ts';
import type { Path } from '../paths.ts';
import type { Metadata, Sample } from './prometheus.ts';

/** Selects what has arrived of the instruments of the sets. */
export const OF_THE_SETS = '__name__=~"(conveyor|roboflow|deltaforge|krafka)_.+"';

/** The samples that a planned series comes to on a path. */
export function expectedOn({ hasSuffixes }: Path, series: PlannedSeries): Sample[] {
  const samples = samplesOf(series);
  return hasSuffixes || series.definition.instrument !== 'counter'
    ? samples
    : samples.map((sample) => ({ ...sample, name: series.definition.name }));
}

/** Values by series, without the labels that a path adds. */
export function valuesBySeries(samples: readonly Sample[], extraLabels: Path['extraLabels'] = {}): Map<string, number> {
  const entries = samples.map(({ name, labels, value }) => {
    const own = Object.entries(labels).filter(([label]) => !(label in extraLabels));
    return [`${name}${keyOf(Object.fromEntries(own.map(withBound)))}`, value] as const;
  });
  const map = new Map(entries);
  strictEqual(map.size, entries.length, 'no series twice');
  return map;
}

/** What a store that keeps metadata is to have of an instrument; the unit, where the format has units. */
export function metadataOf({ name, instrument, description, unit }: InstrumentDefinition): Metadata {
  const suffix = { s: 'seconds', By: 'bytes', 1: 'ratio' }[unit] ?? '';
  return {
    type: instrument === 'upDownCounter' ? 'gauge' : instrument,
    help: description,
    unit: suffix !== '' && name.endsWith(`_${suffix}`) ? suffix : '',
  };
}

/** The name of a label that a strategy leaves as it is, as the others make it. */
export function escaped(label: string): string {
  return label.replaceAll('.', '_');
}

/** Prometheus 3 writes the bounds of buckets in a way of its own, `1.0` for `1`, whatever it is told. */
function withBound([label, text]: [string, string]): [string, string] {
  return [label, label === 'le' && text !== '+Inf' ? String(Number(text)) : text];
}

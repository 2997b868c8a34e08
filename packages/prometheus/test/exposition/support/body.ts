import type { SeriesMetric } from '@flowmeter/engine';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import type { ExpositionOptions } from '../../../src/exposition/exposition-options.ts';
import type { Family, FamilyType } from '../../../src/exposition/family.ts';
import { Output } from '../../../src/exposition/output.ts';
import type { ExpositionFormat } from '../../../src/exposition/series-writer.ts';
import type { EncodedLabels } from '../../../src/labels/encoded-labels.ts';
import type { Naming } from '../../../src/names/naming.ts';

export const NAMING: Naming = { strategy: 'NoTranslation', escaping: 'allow-utf-8' };

const OPTIONS: ExpositionOptions = {
  translationStrategy: NAMING.strategy,
  scopeInfo: false,
  targetInfo: false,
  createdSeries: true,
  resourceConstantLabels: () => false,
};

/** A family of one metric, under the name it has. */
export function familyOf(metric: SeriesMetric, changes: Partial<Family> = {}): Family {
  const { name, description } = metric.descriptor;
  return {
    family: name,
    sample: name,
    unit: undefined,
    type: typeOf(metric),
    help: description,
    metrics: [metric],
    identity: metric.descriptor,
    ...changes,
  };
}

/** All series of the families, their attributes as labels. */
export function writeBody(
  format: ExpositionFormat,
  families: readonly Family[],
  warn: (message: string) => void = () => {},
): Buffer {
  const output = new Output();
  const writer = format.createWriter(output, NAMING, warn, OPTIONS);
  for (const family of families) {
    writer.begin(family);
    for (const metric of family.metrics) {
      for (let row = 0; row < metric.rowCount; row += 1) {
        if (metric.isShown(row)) writer.write(metric, row, labelsOf(format, metric, row));
      }
    }
    writer.end();
  }
  writer.finish();
  return Buffer.concat(output.finish());
}

function labelsOf(format: ExpositionFormat, metric: SeriesMetric, row: number): EncodedLabels {
  const labels = Object.entries(metric.attributesOf(row)).map(([name, value]) => [name, String(value)] as const);
  const encoded = format.encodeLabels(labels);
  // Somewhere among other bytes, which are none of the writer's business.
  const bytes = new Uint8Array(encoded.length + 9).fill(0x23);
  bytes.set(encoded, 5);
  return { view: new DataView(bytes.buffer), start: 5, length: encoded.length };
}

function typeOf(metric: SeriesMetric): FamilyType {
  if (metric.dataPointType === DataPointType.GAUGE) return 'gauge';
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic ? 'counter' : 'gauge';
  return 'histogram';
}

import type { ExpositionFormat } from '../series-writer.ts';
import { encodeLabelPairs } from './label-pairs.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/**
 * Prometheus' protobuf format: families one after the other, each a message `io.prometheus.client.MetricFamily` with its
 * length before it. The only one that Prometheus takes native histograms from.
 */
export const protobufFormat = {
  encodeLabels: encodeLabelPairs,
  reservedLabels: new Set(['le', 'quantile']),
  createWriter: (output, naming, warn) => new ProtobufWriter(output, naming, warn),
} satisfies ExpositionFormat;

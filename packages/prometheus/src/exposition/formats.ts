import type { Format } from '../negotiation/rendition.ts';
import { jsonFormat } from './json/json-format.ts';
import { protobufFormat } from './protobuf/protobuf-format.ts';
import type { ExpositionFormat } from './series-writer.ts';
import { openMetricsFormat } from './text/open-metrics-writer.ts';
import { textFormat } from './text/text-writer.ts';

export function formatOf(format: Format): ExpositionFormat {
  switch (format) {
    case 'text':
      return textFormat;
    case 'openmetrics':
      return openMetricsFormat;
    case 'protobuf':
      return protobufFormat;
    case 'json':
      return jsonFormat;
  }
}

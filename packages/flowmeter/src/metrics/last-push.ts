import { returnUndelivered } from '@flowmeter/engine';
import type { Resource } from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpConfiguration } from '../configuration/otlp-configuration.ts';
import { loadOtlpTransformer, loadResources } from '../open-telemetry-on-demand.ts';
import { deliverAtOnce } from '../process-end/deliver-at-once.ts';
import type { OutageReporter } from './outage-reporter.ts';
import type { LatePushReader } from './late-push-reader.ts';

/** Whether not all that there is can be pushed at once: asynchronous callbacks cannot, nor anything over gRPC. */
export function needsTurns(reader: LatePushReader, { protocol }: OtlpConfiguration): boolean {
  // Over gRPC a request needs more than a thread that is only beginning has.
  const collected = protocol === 'grpc' ? undefined : reader.collectNow();
  if (collected === undefined) return true;
  returnUndelivered(collected.resourceMetrics);
  return collected.unfinished > 0;
}

/**
 * Pushes what has been recorded since the last push, without a turn of the event loop; says so if that fails. Never throws.
 *
 * @param limitMs how long it may take in all
 */
export function pushAtOnce(
  reader: LatePushReader,
  reporter: OutageReporter,
  otlp: OtlpConfiguration,
  limitMs: number,
): void {
  const since = performance.now();
  let metrics: ResourceMetrics | undefined;
  try {
    metrics = reader.collectNow()?.resourceMetrics;
    if (metrics !== undefined && reporter.isPushing) {
      returnUndelivered(metrics);
      reporter.takeBack();
      metrics = reader.collectNow()?.resourceMetrics;
    }
    if (metrics === undefined) return;
    if (!reporter.isNew(metrics)) {
      returnUndelivered(metrics);
      return;
    }
    const body = encode(metrics, otlp);
    const leftMs = Math.max(1, limitMs - (performance.now() - since));
    reporter.settle(metrics, deliverAtOnce(otlp, body, leftMs));
  } catch (error) {
    if (metrics === undefined) reporter.tell(error);
    else reporter.settle(metrics, error);
  }
}

function encode(metrics: ResourceMetrics, { protocol, compression }: OtlpConfiguration): Uint8Array {
  // As a rule it has been loaded by a push; an application that ends at once pays for it now.
  const { JsonMetricsSerializer, ProtobufMetricsSerializer } = loadOtlpTransformer();
  const serializer = protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  const message = serializer.serializeRequest({ ...metrics, resource: asFarAsKnown(metrics.resource) });
  if (message === undefined) throw new Error('the metrics cannot be encoded');
  // Whoever only starts does without.
  return compression === 'gzip' ? process.getBuiltinModule('node:zlib').gzipSync(message) : message;
}

/** Without attributes that are known later, as a host's identifier may be: they would have to be waited for. */
function asFarAsKnown(resource: Resource): Resource {
  if (resource.asyncAttributesPending !== true) return resource;
  const known = resource.getRawAttributes().filter(([, value]) => typeof value !== 'object' || Array.isArray(value));
  // The first of several counts.
  return loadResources().resourceFromAttributes(Object.fromEntries(known.toReversed()));
}

import { returnUndelivered } from '@flowmeter/engine';
import type { Resource } from '@opentelemetry/resources';
import type { OtlpConfiguration } from '../configuration/otlp-configuration.ts';
import { loadResources } from '../open-telemetry-on-demand.ts';
import { deliverAtOnce } from '../process-end/deliver-at-once.ts';
import type { LatePushReader } from './late-push-reader.ts';
import { AnswerReader } from './otlp-answer.ts';
import { OtlpEncoder } from './otlp-encoder.ts';
import { fromRefusal, isWorthOthers } from './otlp-failure.ts';
import type { OutageReporter } from './outage-reporter.ts';
import { PushTally } from './push-tally.ts';
import type { RequestLimit } from './request-limit.ts';
import { RequestPart } from './request-part.ts';

/** Whether not all that there is can be pushed at once: asynchronous callbacks cannot. */
export function needsTurns(reader: LatePushReader): boolean {
  const collected = reader.collectNow();
  if (collected === undefined) return true;
  returnUndelivered(collected.resourceMetrics);
  return collected.unfinished > 0;
}

/** What is pushed at once, where to, and how long it may take in all. */
export interface LastPush {
  readonly reader: LatePushReader;
  readonly reporter: OutageReporter;
  readonly otlp: OtlpConfiguration;
  readonly requestLimit: RequestLimit;
  readonly limitMs: number;
}

/** Pushes what has been recorded since the last push, without a turn of the event loop; says so if that fails. Never throws. */
export function pushAtOnce({ reader, reporter, otlp, requestLimit, limitMs }: LastPush): void {
  const until = performance.now() + limitMs;
  let tally: PushTally | undefined;
  try {
    let metrics = reader.collectNow()?.resourceMetrics;
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
    tally = new PushTally(metrics);
    deliver(tally, otlp, requestLimit, until);
  } catch (error) {
    if (tally === undefined) reporter.tell(error);
    else tally.end(error);
  }
  if (tally !== undefined) reporter.settle(tally);
}

/** Makes the requests, those that are too large for the collector again as several. */
function deliver(tally: PushTally, otlp: OtlpConfiguration, limit: RequestLimit, until: number): void {
  const encoder = new OtlpEncoder(otlp.protocol, limit);
  const answers = new AnswerReader(otlp.protocol);
  const metrics = { ...tally.metrics, resource: asFarAsKnown(tally.metrics.resource) };
  let parts = [RequestPart.all(metrics)];
  while (parts.length > 0) {
    const encoded = parts.flatMap((part) => [...encoder.encode(part)]);
    const bodies = encoded.map(({ body }) => (otlp.compression === 'gzip' ? gzip(body) : body));
    const { outcomes, timedOut } = deliverAtOnce(otlp, bodies, Math.max(1, until - performance.now()));
    parts = [];
    for (const [position, { part, body }] of encoded.entries()) {
      const outcome = outcomes[position];
      if (outcome === undefined) break;
      if ('answer' in outcome) {
        tally.take(part, answers.rejectedIn(outcome.answer, part.points));
        continue;
      }
      const failure = fromRefusal(outcome.refusal);
      if (!isWorthOthers(failure)) throw failure;
      if (failure.remedy !== 'smaller') tally.fail(part, failure);
      else if (!limit.lower(body.byteLength, part.points > 1)) throw failure;
      else if (part.points > 1) parts.push(part);
      else tally.fail(part, failure);
    }
    if (timedOut !== undefined) throw timedOut;
  }
  tally.end();
}

/** Whoever only starts does without. */
function gzip(body: Uint8Array): Uint8Array {
  return process.getBuiltinModule('node:zlib').gzipSync(body);
}

/** Without attributes that are known later, as a host's identifier may be: they would have to be waited for. */
function asFarAsKnown(resource: Resource): Resource {
  if (resource.asyncAttributesPending !== true) return resource;
  const known = resource.getRawAttributes().filter(([, value]) => typeof value !== 'object' || Array.isArray(value));
  // The first of several counts.
  return loadResources().resourceFromAttributes(Object.fromEntries(known.toReversed()));
}

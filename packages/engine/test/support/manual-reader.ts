import { MetricReader } from '@opentelemetry/sdk-metrics';

/** A reader that collects when asked. */
export class ManualReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

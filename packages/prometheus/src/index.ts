export { fromDeclarativeConfig, type DeclarativePrometheusConfig } from './declarative-configuration.ts';
export { ESCAPINGS, FORMATS, type Escaping, type Format, type Rendition } from './negotiation/rendition.ts';
export { PrometheusReader } from './prometheus-reader.ts';
export type { PrometheusReaderOptions } from './reader-options.ts';
export { createHandler } from './server/handler.ts';
export type { HandlerOptions } from './server/handler-options.ts';
export { nodeHandler, type NodeHandler } from './server/node-handler.ts';
export { ScrapeMetrics } from './self-metrics/scrape-metrics.ts';
export * from './server.ts';

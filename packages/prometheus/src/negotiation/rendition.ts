/** How names that are not classic Prometheus names are written (Prometheus, "Escaping Schemes"). */
export const ESCAPINGS = ['underscores', 'dots', 'values', 'allow-utf-8'] as const;
export type Escaping = (typeof ESCAPINGS)[number];

export const FORMATS = ['text', 'openmetrics', 'protobuf', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** In which form a scrape is answered. */
export interface Rendition {
  readonly format: Format;
  readonly escaping: Escaping;
  /** The `Content-Type` of the answer, with version and escaping where the format has them. */
  readonly contentType: string;
}

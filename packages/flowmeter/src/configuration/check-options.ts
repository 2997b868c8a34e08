/** What an option of `start()` is, before its value is looked at. */
type Shape = 'text' | 'number' | 'boolean' | 'list' | 'pairs' | { readonly [option: string]: Shape };

const SHAPE = {
  serviceName: 'text',
  resourceAttributes: 'pairs',
  resourceDetectors: 'list',
  exporters: 'list',
  prometheus: {
    host: 'text',
    port: 'number',
    translationStrategy: 'text',
    scopeInfoEnabled: 'boolean',
    targetInfoEnabled: 'boolean',
    createdSeriesEnabled: 'boolean',
    histogramAggregation: 'text',
    resourceConstantLabels: { included: 'list', excluded: 'list' },
    webConfigFile: 'text',
  },
  otlp: {
    endpoint: 'text',
    protocol: 'text',
    headers: 'pairs',
    timeoutMs: 'number',
    compression: 'text',
    certificate: 'text',
    clientCertificate: 'text',
    clientKey: 'text',
    temporality: 'text',
    histogramAggregation: 'text',
  },
  exportIntervalMs: 'number',
  exportTimeoutMs: 'number',
  exitTimeoutMs: 'number',
  logLevel: 'text',
  log: 'text',
  logFormat: 'text',
  engine: 'text',
  exemplarFilter: 'text',
} as const satisfies Shape;

const WORDS = {
  text: 'a string that is not empty',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list of strings',
  pairs: 'an object whose values are strings',
} as const;

/** Throws a TypeError for an option that does not exist or is not of its type: a misspelt one would go unnoticed. */
export function checkOptions(options: unknown): void {
  checkShape('options', options, SHAPE, '');
}

function checkShape(name: string, value: unknown, shape: Shape, prefix: string): void {
  if (typeof shape === 'string') {
    if (!isOf(shape, value))
      throw new TypeError(`flowmeter: start(): ${name} is ${shown(value)}; allowed is ${WORDS[shape]}`);
    return;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`flowmeter: start(): ${name} is ${shown(value)}; allowed is an object`);
  }
  for (const [option, inner] of Object.entries(value)) {
    const known = shape[option];
    if (known === undefined) {
      const names = Object.keys(shape).join(', ');
      throw new TypeError(`flowmeter: start(): ${prefix}${option} is no option; there are ${names}`);
    }
    if (inner !== undefined) checkShape(`${prefix}${option}`, inner, known, `${prefix}${option}.`);
  }
}

function isOf(shape: keyof typeof WORDS, value: unknown): boolean {
  switch (shape) {
    case 'text':
      return isText(value) && value.trim() !== '';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value) && value.every(isText);
    case 'pairs':
      return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isText);
  }
}

/** A string of whole characters: half a surrogate pair cannot be sent anywhere. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !/[\ud800-\udfff]/u.test(value);
}

function shown(value: unknown): string {
  // What is in an object may be secret.
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

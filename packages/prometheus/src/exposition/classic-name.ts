const CLASSIC_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const CLASSIC_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether a metric's name is written without quotes (Prometheus, "Exposition Formats"). */
export function isClassicMetricName(name: string): boolean {
  return CLASSIC_METRIC.test(name);
}

/** Whether a label's name is written without quotes. */
export function isClassicLabelName(name: string): boolean {
  return CLASSIC_LABEL.test(name);
}

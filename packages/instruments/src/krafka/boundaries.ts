/**
 * Seconds of a request to a broker: half a millisecond in one rack, seconds under load or a full buffer, up to the
 * two minutes after which a Kafka client gives a delivery up.
 */
export const REQUEST_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
] as const;

/** What topics beyond the limit are recorded as, all together. */
const OTHER_TOPICS = '__other__';

/** Krafka's default. Outbox producers write to topics without end, and each topic is three series. */
export const DEFAULT_TOPIC_LIMIT = 1000;

/** How many attribute sets the per-topic counters keep apart: room for a few clients with as many topics as that. */
export const TOPIC_CARDINALITY_LIMIT = 10_000;

/**
 * Makes the function from a topic to the value of its `topic` attribute: the topic itself for the first `limit`
 * distinct ones, from then on `__other__` for new ones. A limit of 0 sends all topics there.
 */
export function limitTopics(limit: number): (topic: string) => string {
  const known = new Set<string>();
  return (topic) => {
    if (topic === OTHER_TOPICS || known.has(topic)) return topic;
    // Asked this way round, a limit that is not a number admits none instead of all.
    if (!(known.size < limit)) return OTHER_TOPICS;
    known.add(topic);
    return topic;
  };
}

import { AbortError } from 'p-retry';
import { toDelivery, type Sink } from './sink.ts';

/** A sink that posts batches as JSON arrays; the receiver takes a batch as a whole or refuses it as a whole. */
export function createHttpSink(sinkId: string, url: string): Sink {
  return {
    sinkId,
    async deliver(records, signal) {
      const body = JSON.stringify(records.map(toDelivery));
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(url, { method: 'POST', body, headers, signal });
      // An unread body would keep its connection from being used again.
      await response.text();
      if (response.ok) return;
      const error = new Error(`${url} answered ${response.status}`);
      const mayPass = response.status >= 500 || response.status === 429;
      throw mayPass ? error : new AbortError(error);
    },
    async flush() {},
    async close() {},
  };
}

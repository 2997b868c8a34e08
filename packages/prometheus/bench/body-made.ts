import type { ServerResponse } from 'node:http';

/**
 * Calls back when an answer's head goes out, which is when its body has been made: none of those that are measured begins
 * before; and once more when the body has been handed over. The response's `write` and `end` are left as they are: who gives
 * bodies back looks at them.
 */
export function onBodyMade(response: ServerResponse, made: () => void, handedOver: () => void): void {
  const { writeHead } = response;
  response.writeHead = (...args: unknown[]) => {
    made();
    return Reflect.apply(writeHead, response, args) as ServerResponse;
  };
  // It writes in a tick of its own, which comes before this one.
  response.once('prefinish', () => process.nextTick(handedOver));
}

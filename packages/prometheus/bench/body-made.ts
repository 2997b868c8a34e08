import type { ServerResponse } from 'node:http';

/**
 * Calls back when an answer's head goes out, which is when its body has been made: none of those that are measured begins
 * before; and once more when the body has been handed over.
 */
export function onBodyMade(response: ServerResponse, made: () => void, handedOver: () => void): void {
  const { writeHead, end } = response;
  response.writeHead = (...args: unknown[]) => {
    made();
    return Reflect.apply(writeHead, response, args) as ServerResponse;
  };
  response.end = (...args: unknown[]) => {
    const result = Reflect.apply(end, response, args) as ServerResponse;
    // The response writes in a tick of its own, which comes before this one.
    process.nextTick(handedOver);
    return result;
  };
}

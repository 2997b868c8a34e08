/** The bytes that the heap grows by with a call: the middle of several rounds, each too short for a collection. */
export function bytesACall(call: () => void): number {
  const rounds = Array.from({ length: 21 }, () => {
    const usedBefore = process.memoryUsage().heapUsed;
    for (let index = 0; index < 10_000; index += 1) call();
    return (process.memoryUsage().heapUsed - usedBefore) / 10_000;
  });
  return rounds.toSorted((a, b) => a - b)[10] ?? Number.NaN;
}

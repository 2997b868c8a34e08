/** The bytes that the heap grows by with a call: the middle of several rounds, without those in which it was collected. */
export function bytesACall(call: () => void): number {
  const rounds = Array.from({ length: 21 }, () => {
    const usedBefore = process.memoryUsage().heapUsed;
    for (let index = 0; index < 10_000; index += 1) call();
    return (process.memoryUsage().heapUsed - usedBefore) / 10_000;
  });
  const grown = rounds.filter((bytes) => bytes > -1).toSorted((a, b) => a - b);
  return grown[grown.length >> 1] ?? Number.NaN;
}

/**
 * Waits for a result no longer than so. Does not hold the process.
 *
 * @param timeMs any, if undefined
 * @returns whether it has come, or failed, which is for whoever asks for the result itself
 */
export async function isInTime(result: Promise<unknown>, timeMs: number | undefined): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const settled = result.then(
    () => true,
    () => true,
  );
  if (timeMs === undefined) return settled;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeMs).unref();
  });
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}

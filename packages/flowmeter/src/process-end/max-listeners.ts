/** As many as listen here for one event of the process at the most. */
const LISTENERS = 2;

/**
 * Has Node warn of a leak no sooner than without the listeners that there are here: when the application itself has as many as it
 * takes for that.
 *
 * @returns a function that calls it off
 */
export function raiseMaxListeners(): () => void {
  add(LISTENERS);
  return () => add(-LISTENERS);
}

/** 0 and Infinity are no limit. */
function add(listeners: number): void {
  const most = process.getMaxListeners();
  if (most > 0) process.setMaxListeners(Math.max(1, most + listeners));
}

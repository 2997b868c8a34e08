import { Socket } from 'node:net';

/**
 * Whether the process would have come to its end but for writes that the network does not take: they hold it, and cannot be
 * told not to.
 */
export function isHeldByWritesOnly(): boolean {
  const resources = process.getActiveResourcesInfo();
  const others = resources.filter((resource) => !resource.endsWith('WriteWrap'));
  // Node lists standard output and error as well, which hold nothing.
  const outputs = [process.stdout, process.stderr].filter((output) => output instanceof Socket).length;
  return (
    others.length < resources.length &&
    others.length <= outputs &&
    others.every((resource) => resource === 'PipeWrap' || resource === 'TTYWrap')
  );
}

import { Socket } from 'node:net';

/**
 * Whether nothing can be seen that holds the process but writes that the network does not take: they do, and cannot be told not
 * to. What a Worker or libuv's threads are doing cannot be seen.
 */
export function isHeldByWritesOnly(): boolean {
  // Node lists standard input and output as well, which hold nothing while they are not read.
  const outputs = [process.stdout, process.stderr].filter((output) => output instanceof Socket).length;
  const pipes = pipesBesideWrites();
  if (pipes === undefined || pipes > outputs + 1) return false;
  // Standard input is there once it is looked at, so it is only where one of them may be it; that it was not is seen after.
  return pipes <= outputs || (!isRead(process.stdin) && pipesBesideWrites() === pipes);
}

/** @returns `undefined` if there are no writes, or other things than pipes beside them */
function pipesBesideWrites(): number | undefined {
  const resources = process.getActiveResourcesInfo();
  const others = resources.filter((resource) => !resource.endsWith('WriteWrap'));
  const isOfPipes = others.every((resource) => resource === 'PipeWrap' || resource === 'TTYWrap');
  return others.length < resources.length && isOfPipes ? others.length : undefined;
}

/** Whoever listens for `readable` reads without a flow. */
function isRead(input: NodeJS.ReadStream): boolean {
  return input.readableFlowing === true || input.listenerCount('readable') > 0;
}

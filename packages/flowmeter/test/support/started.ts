import { start, type Flowmeter, type StartOptions } from 'flowmeter';

/** Options for an endpoint on a free port, without push and messages. */
export const SCRAPED_ONLY: StartOptions = { exporters: ['prometheus'], prometheus: { port: 0 }, logLevel: 'none' };

/** What was started in this process, until the end of the block that uses it: before the receiver that it was declared after. */
export interface Started extends Flowmeter, AsyncDisposable {
  /** The endpoint, where there is one. */
  readonly url: string;
}

/** Calls `start()` with the options. */
export async function started(options: StartOptions): Promise<Started> {
  const handle = await start(options);
  return { ...handle, url: handle.prometheusUrl ?? '', [Symbol.asyncDispose]: () => handle.shutdown() };
}

/** Calls `start()` without options while the variables are set; they stay until the end of the block. */
export async function startedWith(variables: Readonly<Record<string, string>>): Promise<Started> {
  const before = process.env;
  process.env = { ...before, ...variables };
  const handle = await started({});
  return {
    ...handle,
    async [Symbol.asyncDispose]() {
      await handle.shutdown();
      process.env = before;
    },
  };
}

/** What is asked of the endpoint, whatever the transport. */
export interface EndpointRequest {
  readonly method: string;
  /** As in the request line: a path with a query, or a whole URL, as a proxy asks. */
  readonly target: string;
  /** As the client wrote it, where a router has cut something off; relative links are made for it. */
  readonly originalTarget: string;
  readonly hasBody: boolean;
  /** @param name in lower case */
  header(name: string): string | undefined;
}

/**
 * What is answered. Whoever sends it calls `release` when it is sent or given up, with whether nobody reads the body any more:
 * neither they nor the network. Only the first call counts.
 */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for HEAD, whose `content-length` is that of the body it would be. */
  readonly body: readonly Uint8Array[];
  release(isUnread: boolean): void;
  /** Aborted when what is being sent is to be given up, and released: its memory is needed for others. */
  readonly givenUp?: AbortSignal;
}

/** A short answer of one content type. */
export function answerWith(
  status: number,
  contentType: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = Buffer.from(text);
  return {
    status,
    headers: { 'content-type': contentType, 'content-length': String(body.length), ...headers },
    body: [body],
    release() {},
  };
}

/** A line for people and for the logs of scrapers. */
export function lineAnswer(status: number, line: string, headers?: Readonly<Record<string, string>>): Answer {
  return answerWith(status, 'text/plain; charset=utf-8', `${line}\n`, headers);
}

/** What the two formats write in different ways. */
export interface LineSyntax {
  /** Whether names may be quoted, and then hold anything: where the scraper has asked for `escaping=allow-utf-8`. */
  readonly allowsUtf8: boolean;
}

const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const NUMBER = /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|NaN|[-+]?(?:Infinity|Inf)/y;
const QUOTED = /"(?:[^"\\\n]|\\[n"\\])*"/y;

/** Reads a line from left to right, and throws where it is not as the grammar has it. */
export class LineScanner {
  readonly #line: string;
  readonly #syntax: LineSyntax;
  #at = 0;

  constructor(line: string, syntax: LineSyntax) {
    this.#line = line;
    this.#syntax = syntax;
  }

  fail(what: string): never {
    throw new SyntaxError(`${what} at ${this.#at} of ${JSON.stringify(this.#line)}`);
  }

  isAtEnd(): boolean {
    return this.#at === this.#line.length;
  }

  /** Takes the text if it comes next. */
  take(text: string): boolean {
    if (!this.#line.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) this.fail(`${JSON.stringify(text)} is missing`);
  }

  rest(): string {
    const rest = this.#line.slice(this.#at);
    this.#at = this.#line.length;
    return rest;
  }

  metricName(): string {
    return this.#nextIs('"') ? this.#quotedName(METRIC_NAME) : this.#match(METRIC_NAME, 'a name');
  }

  /** The name and the labels of a sample: `name`, `name{…}`, or in UTF-8 `{"name",…}`. */
  series(): { name: string; labels: Map<string, string> } {
    if (!this.#nextIs('{')) {
      const name = this.#match(METRIC_NAME, 'a name');
      return { name, labels: this.#nextIs('{') ? this.labels() : new Map<string, string>() };
    }
    this.expect('{');
    const name = this.#quotedName(METRIC_NAME);
    const labels = this.take(',') ? this.#labelsToBrace() : new Map<string, string>();
    if (labels.size === 0) this.expect('}');
    return { name, labels };
  }

  labels(): Map<string, string> {
    this.expect('{');
    return this.take('}') ? new Map<string, string>() : this.#labelsToBrace();
  }

  number(): number {
    const text = this.#match(NUMBER, 'a number');
    if (text === 'NaN') return NaN;
    return Number(text.replace(/^([-+]?)Inf$/, '$1Infinity'));
  }

  #labelsToBrace(): Map<string, string> {
    const labels = new Map<string, string>();
    do {
      const name = this.#nextIs('"') ? this.#quotedName(LABEL_NAME) : this.#match(LABEL_NAME, 'the name of a label');
      if (labels.has(name)) this.fail(`${name} comes twice`);
      if (name.startsWith('__')) this.fail(`${name} is Prometheus' own`);
      this.expect('=');
      labels.set(name, this.#quoted());
    } while (this.take(','));
    this.expect('}');
    return labels;
  }

  #quotedName(classic: RegExp): string {
    if (!this.#syntax.allowsUtf8) this.fail('names are not quoted in this escaping');
    const name = this.#quoted();
    if (name === '') this.fail('a name is empty');
    if (new RegExp(`^(?:${classic.source})$`).test(name)) this.fail(`${name} needs no quotes`);
    return name;
  }

  #quoted(): string {
    const text = this.#match(QUOTED, 'text in quotes').slice(1, -1);
    return unescape(text);
  }

  #nextIs(text: string): boolean {
    return this.#line.startsWith(text, this.#at);
  }

  #match(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.#at;
    const [text] = pattern.exec(this.#line) ?? [];
    if (text === undefined) return this.fail(`${what} is missing`);
    this.#at += text.length;
    return text;
  }
}

/** The text that was escaped so. */
export function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

/** The lines of a body, each of which has an end; the bytes are UTF-8. */
export function linesOf(body: Uint8Array): string[] {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  if (text !== '' && !text.endsWith('\n')) throw new SyntaxError('the last line has no end');
  return text.split('\n').slice(0, -1);
}

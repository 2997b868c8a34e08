/**
 * Reads YAML where every scalar is text (the fail-safe schema: `123` and `no` are what was typed) and a map is a `Map`.
 * Duplicate keys, unknown tags and several documents are errors. The parser's own messages quote the text, which may be
 * a password: ours say where and what kind only.
 *
 * @returns `undefined` for an empty document
 * @throws Error for what is not YAML
 */
export async function parseYaml(text: string): Promise<unknown> {
  const { LineCounter, parseDocument } = await import('yaml');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter,
    prettyErrors: false,
    // At a lower level a second document would go unnoticed.
    logLevel: 'error',
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const { line, col } = lineCounter.linePos(problem.pos[0]);
    const kind = problem.code.toLowerCase().replaceAll('_', ' ');
    throw new Error(`line ${line}, column ${col} is not strict YAML (${kind})`);
  }
  try {
    return document.toJS({ mapAsMap: true }) ?? undefined;
  } catch {
    throw new Error('an alias (*) has no anchor (&), or there are too many: quote a text that begins with *');
  }
}

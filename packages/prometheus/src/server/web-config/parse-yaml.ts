import type { Document } from 'yaml';

/**
 * Reads YAML where every scalar is text (the fail-safe schema: `123` and `no` are what was typed) and a map is a `Map`.
 * Duplicate keys, unknown tags and several documents are errors. The parser's own messages quote the text, which may be
 * a password: ours say where and what kind only.
 *
 * @returns `undefined` for an empty document
 * @throws Error for what is not YAML
 */
export async function parseYaml(text: string): Promise<unknown> {
  const yaml = await import('yaml');
  const lineCounter = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    schema: 'failsafe',
    lineCounter,
    prettyErrors: false,
    // At a lower level a second document would go unnoticed.
    logLevel: 'error',
  });
  const placeOf = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const kind = problem.code.toLowerCase().replaceAll('_', ' ');
    throw new Error(`${placeOf(problem.pos[0])} is not strict YAML (${kind})`);
  }
  const alias = aliasOfNothing(yaml, document);
  if (alias !== undefined) {
    throw new Error(`${placeOf(alias)} is an alias (*) without an anchor (&): quote a text that begins with *`);
  }
  try {
    return document.toJS({ mapAsMap: true }) ?? undefined;
  } catch {
    throw new Error('has aliases (*) that make it too large');
  }
}

/** Where the first alias is that has no anchor before it. */
function aliasOfNothing({ isAlias, visit }: typeof import('yaml'), document: Document.Parsed): number | undefined {
  const anchors = new Set<string>();
  let offset: number | undefined;
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        if (anchors.has(node.source)) return undefined;
        offset = node.range?.[0] ?? 0;
        return visit.BREAK;
      }
      if (node.anchor !== undefined) anchors.add(node.anchor);
      return undefined;
    },
  });
  return offset;
}

import { isMap, isScalar, parseDocument, visit } from 'yaml';
import type { Document, Pair, Scalar, YAMLError } from 'yaml';
import type { SyntaxProblem } from './json-syntax.ts';

const FLOW_END = /\b(?:must end with a|sufficiently indented and end with a) [\]}]$/u;

/**
 * What the parser complains of, in words for people and where they would look: a mistake that makes it complain many times is told once.
 * `place` writes the place of an offset.
 */
export function yamlProblems(
  document: Document.Parsed,
  text: string,
  place: (offset: number) => string,
): readonly SyntaxProblem[] {
  // A warning is a tag that nobody reads (!vault, !unsafe): to go on would be to take its text for the value.
  const errors = [...document.errors, ...document.warnings];
  const tab = errors.flatMap((error) => tabBefore(error, text) ?? [])[0];
  if (tab !== undefined) return [{ message: 'a tab is used to indent; spaces are wanted', offset: tab }];
  const unclosed = errors.some(({ message }) => FLOW_END.test(message)) ? lastUnclosed(text) : undefined;
  const others = errors.filter(({ message }) => unclosed === undefined || !FLOW_END.test(message));
  const problems = others.map((error) =>
    error.code === 'DUPLICATE_KEY' ? duplicate(error, document, text, place) : inWords(error),
  );
  return oneALine(unclosed === undefined ? problems : [...problems, unclosed], text);
}

/** The tab that a line is indented with, when that is what makes the error; inside brackets it is allowed. */
function tabBefore({ code, message, pos: [offset] }: YAMLError, text: string): number | undefined {
  if (code === 'BLOCK_IN_FLOW' || code === 'DUPLICATE_KEY' || FLOW_END.test(message)) return undefined;
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const indent = /^[ \t]*/u.exec(text.slice(start))?.[0] ?? '';
  return indent.includes('\t') ? start + indent.indexOf('\t') : undefined;
}

function inWords({ code, message, pos: [offset] }: YAMLError): SyntaxProblem {
  if (code === 'MULTIPLE_DOCS')
    return { message: 'a second document begins here; one document in a file is wanted', offset };
  if (code === 'BLOCK_IN_FLOW')
    return { message: 'this can\'t stand inside "[ ]" or "{ }"; a comma may be missing', offset };
  return { message: message.replaceAll(/\s*\n\s*/gu, ' ').replace(/\.$/u, ''), offset };
}

/** The parser puts a double key that follows an empty value at the end of the line before it. */
function duplicate(
  { pos: [start] }: YAMLError,
  document: Document.Parsed,
  text: string,
  place: (offset: number) => string,
): SyntaxProblem {
  const offset = start + text.slice(start).search(/\S|$/u);
  let message = 'a key is given twice';
  visit(document, {
    Map: (_, map) => {
      const keys = map.items.flatMap((pair) => keyOf(pair) ?? []);
      const second = keys.find((key) => key.range?.[0] === offset);
      const first = keys.find((key) => key.value === second?.value);
      if (second === undefined || first?.range === undefined || first.range === null) return undefined;
      message = `the key ${JSON.stringify(String(second.value))} is given twice, first at ${place(first.range[0])}`;
      return visit.BREAK;
    },
  });
  return { message, offset };
}

function keyOf({ key }: Pair): Scalar | undefined {
  return isScalar(key) ? key : undefined;
}

/** The bracket opened last of those that nothing closes: the parser tells only where the text ends. */
function lastUnclosed(text: string): SyntaxProblem | undefined {
  const document = parseDocument(text, { prettyErrors: false, keepSourceTokens: true });
  let found: SyntaxProblem | undefined;
  visit(document, {
    Collection: (_, node) => {
      const token = node.srcToken;
      if (token?.type !== 'flow-collection' || token.end.some(({ type }) => type.endsWith('-end'))) return;
      const [bracket, close] = isMap(node) ? ['{', '}'] : ['[', ']'];
      found = { message: `this "${bracket}" is not closed; "${close}" is wanted`, offset: token.offset };
    },
  });
  return found;
}

/** Of several complaints about one line the first. */
function oneALine(problems: readonly SyntaxProblem[], text: string): readonly SyntaxProblem[] {
  const lines = new Map<number, SyntaxProblem>();
  for (const problem of problems) {
    const line = text.slice(0, problem.offset).split('\n').length;
    if (!lines.has(line)) lines.set(line, problem);
  }
  return [...lines.values()];
}

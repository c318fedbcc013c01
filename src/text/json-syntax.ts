/** What is wrong in a text, as the end of a sentence, and where (an offset into it). */
export interface SyntaxProblem {
  readonly message: string;
  readonly offset: number;
}

const TOKEN =
  /(?<sign>[[\]{},:])|(?<text>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<word>(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.]))/uy;

/** What may come next. */
type Wanted = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'more';

interface Open {
  readonly bracket: '[' | '{';
  readonly offset: number;
}

/** The first thing in a text that RFC 8259 does not allow, told in words; undefined when it is JSON. */
export function jsonProblem(text: string): SyntaxProblem | undefined {
  const open: Open[] = [];
  let wanted: Wanted = 'value';
  let offset = 0;
  let comma = 0;
  for (;;) {
    offset = skip(text, offset);
    const container = open.at(-1);
    if (offset === text.length) return atEnd(open, wanted, offset);
    TOKEN.lastIndex = offset;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return { message: noToken(text.slice(offset)), offset };
    const closes = container?.bracket === '[' ? ']' : '}';
    if (token === ',' && wanted === 'more' && container !== undefined) {
      comma = offset;
      wanted = container.bracket === '[' ? 'value' : 'key';
    } else if (token === ':' && wanted === 'colon') wanted = 'value';
    else if (token === closes && container !== undefined && wanted !== 'colon') {
      const isTrailing = (wanted === 'value' && container.bracket === '[') || wanted === 'key';
      if (isTrailing)
        return { message: `there is a comma before "${closes}"; JSON has none there`, offset: comma };
      if (wanted === 'value') return { message: 'a value is wanted here', offset };
      open.pop();
      wanted = 'more';
    } else if ((token === '[' || token === '{') && wanted.endsWith('value')) {
      open.push({ bracket: token, offset });
      wanted = token === '[' ? 'first-value' : 'first-key';
    } else if (token.startsWith('"') && wanted.endsWith('key')) wanted = 'colon';
    else if (!'[]{},:'.includes(token) && wanted.endsWith('value')) wanted = 'more';
    else return { message: misplaced(token, wanted, container), offset };
    offset += token.length;
  }
}

function skip(text: string, from: number): number {
  const space = /[ \t\r\n\uFEFF]*/uy;
  space.lastIndex = from;
  return from + (space.exec(text)?.[0].length ?? 0);
}

function atEnd(open: readonly Open[], wanted: Wanted, offset: number): SyntaxProblem | undefined {
  const last = open.at(-1);
  if (last !== undefined) return notClosed(last);
  return wanted === 'more'
    ? undefined
    : { message: 'it is empty; a JSON value is wanted', offset: Math.max(0, offset - 1) };
}

function notClosed({ bracket, offset }: Open): SyntaxProblem {
  return { message: `this "${bracket}" is not closed; "${bracket === '[' ? ']' : '}'}" is wanted`, offset };
}

function misplaced(token: string, wanted: Wanted, container: Open | undefined): string {
  const isValue = !']},:'.includes(token);
  if (wanted === 'colon') return 'a ":" is wanted here, after the key';
  if (wanted === 'more' && container === undefined)
    return 'it goes on after its value; one JSON value is wanted';
  if (wanted === 'more' && isValue) return 'a comma is missing before this';
  if (wanted === 'more' && token !== ':')
    return `"${token}" does not close the "${container?.bracket}" before it`;
  if (wanted.endsWith('key')) return 'a key in double quotes is wanted here';
  return `"${token}" is not wanted here; a value is`;
}

function noToken(rest: string): string {
  if (rest.startsWith('"'))
    return 'this text is not closed on its line, or has an escape that JSON does not have';
  if (/^(?:\/\/|\/\*|#)/u.test(rest)) return 'JSON has no comments';
  return `${JSON.stringify(/^[\w.+-]+|^[\s\S]/u.exec(rest)?.[0] ?? '')} is no JSON; text is wanted in double quotes`;
}

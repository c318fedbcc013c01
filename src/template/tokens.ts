/** A piece of a template: literal text (comments and raw blocks with it), `{{ … }}`, or `{% … %}`. */
export interface Part {
  readonly kind: 'text' | 'output' | 'statement';
  /** The piece as written; of an output or statement what is between its marks. */
  readonly text: string;
  /** `{{-` and `-}}`: takes away the white space before, after. */
  readonly trimBefore: boolean;
  readonly trimAfter: boolean;
}

/** A word of an expression. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'sign';
  readonly text: string;
}

const START = /\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\}|\{#[\s\S]*?#\}|\{\{|\{%/gu;
const INSIDE = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\}\}|%\}|[{}]/gsu;

const TOKEN =
  /(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?<number>0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|\d+(?:_\d+)*(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<sign>==|!=|<=|>=|\*\*|\/\/|[^\s])/gsu;

/** Whether a text is a template at all. */
export function holdsMarks(text: string): boolean {
  return /\{[{%#]/u.test(text);
}

/** Takes a template apart; put together again, the parts are the template. An unclosed mark stays text, for the engine to refuse. */
export function splitTemplate(template: string): readonly Part[] {
  const parts: Part[] = [];
  const addText = (text: string): void => {
    if (text !== '') parts.push({ kind: 'text', text, trimBefore: false, trimAfter: false });
  };
  let end = 0;
  for (;;) {
    START.lastIndex = end;
    const match = START.exec(template);
    const open = match?.[0] ?? '';
    const close = open.length > 2 ? START.lastIndex : endOfMark(template, START.lastIndex, open === '{{');
    if (match === null || close === undefined) break;
    addText(template.slice(end, match.index));
    const whole = template.slice(match.index, close);
    if (open.length > 2) addText(whole);
    else parts.push(marked(whole));
    end = close;
  }
  addText(template.slice(end));
  return parts;
}

/** Where the mark that opened before `from` ends. Braces of mappings inside are paired, so `{{ {"a": {}} }}` is one output. */
function endOfMark(template: string, from: number, output: boolean): number | undefined {
  let depth = 0;
  INSIDE.lastIndex = from;
  for (let match = INSIDE.exec(template); match !== null; match = INSIDE.exec(template)) {
    const sign = match[0];
    if (sign === '%}' && !output) return INSIDE.lastIndex;
    if (sign === '}}' && output && depth === 0) return INSIDE.lastIndex;
    if (sign === '{') depth++;
    if (sign === '}') depth--;
    if (sign === '}}' || sign === '%}') {
      depth--;
      INSIDE.lastIndex -= 1;
    }
  }
  return undefined;
}

function marked(whole: string): Part {
  const inside = whole.slice(2, -2);
  const trimBefore = inside.startsWith('-');
  const trimAfter = inside.length > 1 && inside.endsWith('-');
  return {
    kind: whole.startsWith('{{') ? 'output' : 'statement',
    text: inside.slice(trimBefore ? 1 : 0, trimAfter ? -1 : undefined).trim(),
    trimBefore,
    trimAfter,
  };
}

/** The words of an expression, white space left out, and the `ansible.builtin.` that may stand before a filter, test or function. */
export function tokenize(expression: string): readonly Token[] {
  const tokens = [...expression.replaceAll(BUILTIN, '').matchAll(TOKEN)];
  return tokens.map((match) => ({ kind: kindOf(match.groups ?? {}), text: match[0] }));
}

const BUILTIN = /(?<=(?:\||\bis|\bnot)\s*)ansible\.builtin\.(?=\w)/gu;

function kindOf(groups: Readonly<Record<string, string | undefined>>): Token['kind'] {
  if (groups['name'] !== undefined) return 'name';
  if (groups['string'] !== undefined) return 'string';
  return groups['number'] === undefined ? 'sign' : 'number';
}

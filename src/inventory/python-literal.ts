/**
 * The value of a Python literal (numbers, strings, lists, tuples, dicts, True, False, None), as Ansible reads values of
 * INI inventories; undefined when the text is none, and is then itself the value. Numbers that JavaScript can't hold
 * exactly, bytes, sets and complex numbers count as none.
 */
export function pythonLiteral(text: string): { readonly value: unknown } | undefined {
  const reader = new Reader(text);
  const found = reader.value();
  return found !== undefined && reader.atEnd() ? found : undefined;
}

type Found = { readonly value: unknown } | undefined;

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

const number =
  /[+-]?\s*(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][+-]?\d+)?|\d(?:_?\d)*\.?(?:[eE][+-]?\d+)?)(?![\w.])/uy;
const string = /[rRuU]?(?:"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')/uy;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Nothing follows but a comment. */
  atEnd(): boolean {
    this.#take(/\s*(?:#.*)?/uy);
    return this.#at === this.#text.length;
  }

  value(): Found {
    this.#skip();
    switch (this.#text.charAt(this.#at)) {
      case '[':
        return this.#list(']');
      case '(':
        return this.#list(')');
      case '{':
        return this.#dict();
      default:
        return this.#word() ?? this.#number() ?? this.#strings();
    }
  }

  #skip(): void {
    this.#take(/\s*/uy);
  }

  #take(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const taken = expression.exec(this.#text)?.[0];
    if (taken !== undefined) this.#at += taken.length;
    return taken;
  }

  #takeSign(sign: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #word(): Found {
    const word = this.#take(/(?:True|False|None)(?!\w)/uy);
    return word === undefined ? undefined : { value: words.get(word) };
  }

  #number(): Found {
    const taken = this.#take(number)?.replaceAll(/[\s_]/gu, '');
    if (taken === undefined) return undefined;
    const digits = taken.replace(/^[+-]/u, '');
    if (/^0+[1-9]\d*$/u.test(digits)) return undefined;
    const value = taken.startsWith('-') ? -Number(digits) : Number(digits);
    const exact =
      /[.eE]/u.test(digits) && !/^0[xX]/u.test(digits) ? Number.isFinite(value) : Number.isSafeInteger(value);
    return exact ? { value: value === 0 ? 0 : value } : undefined;
  }

  /** One string, or several side by side, which are one. */
  #strings(): Found {
    let all: string | undefined;
    for (;;) {
      this.#skip();
      const taken = this.#take(string);
      if (taken === undefined) return all === undefined ? undefined : { value: all };
      const text = stringValue(taken);
      if (text === undefined) return undefined;
      all = (all ?? '') + text;
    }
  }

  /** A list, or a tuple, which needs a comma; one value in parentheses is itself. */
  #list(end: ']' | ')'): Found {
    this.#at += 1;
    const items: unknown[] = [];
    let commas = 0;
    for (;;) {
      if (this.#takeSign(end))
        return { value: end === ')' && items.length === 1 && commas === 0 ? items[0] : items };
      if (items.length > commas) return undefined;
      const item = this.value();
      if (item === undefined) return undefined;
      items.push(item.value);
      if (this.#takeSign(',')) commas += 1;
    }
  }

  #dict(): Found {
    this.#at += 1;
    const entries: [string, unknown][] = [];
    for (let more = true; ;) {
      if (this.#takeSign('}')) return { value: Object.fromEntries(entries) };
      if (!more) return undefined;
      const key = this.value();
      const name = key?.value;
      const isKey = typeof name === 'string' || typeof name === 'number' || typeof name === 'boolean';
      if (!isKey || !this.#takeSign(':')) return undefined;
      const item = this.value();
      if (item === undefined) return undefined;
      entries.push([String(name), item.value]);
      more = this.#takeSign(',');
    }
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** What is between the quotes, escapes replaced; undefined for an escape by character name, which needs Unicode's table. */
function stringValue(literal: string): string | undefined {
  const raw = /^[rR]/u.test(literal);
  const quoted = literal.replace(/^[rRuU]/u, '');
  const quotes = /^(?:"""|''')/u.test(quoted) ? 3 : 1;
  const body = quoted.slice(quotes, -quotes);
  if (raw) return body;
  if (/(?<!\\)(?:\\\\)*\\N\{/u.test(body)) return undefined;
  return body.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/gu,
    (whole: string, x?: string, u?: string, long?: string, octal?: string, other?: string) => {
      const hex = x ?? u ?? long;
      if (hex !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10_ffff));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      return escapes.get(other ?? '') ?? whole;
    },
  );
}

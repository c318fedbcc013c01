import { pythonStr } from '../../template/python-text.ts';

/** What an argument's value was read as, or what is wrong with it: "it is a list; text is wanted". */
export type Read<T> = { readonly value: T } | { readonly wrong: string };

/** One argument of a task: a row of its table. The docs are made of it. */
export interface Parameter<T> {
  /** What may be written: "text", "yes or no". */
  readonly type: string;
  readonly help: string;
  readonly aliases: readonly string[];
  readonly need: 'required' | 'optional' | { readonly otherwise: T };
  readonly read: (value: unknown) => Read<T>;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** The values that a table gives. */
export type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/** The argument may be left out; undefined then. */
export function optional<T>(wanted: Parameter<T>): Parameter<T | undefined> {
  return { ...wanted, need: 'optional' };
}

/** The argument may be left out, and has this value then. */
export function preset<T>(wanted: Parameter<T>, value: NoInfer<T>): Parameter<T> {
  return { ...wanted, need: { otherwise: value } };
}

function parameter<T>(
  type: string,
  help: string,
  aliases: readonly string[],
  read: (value: unknown) => Read<T>,
): Parameter<T> {
  return { type, help, aliases, need: 'required', read };
}

/** Text; a number or a truth value is taken for the text that Python makes of it, as Ansible does. */
export function plainText(help: string, aliases: readonly string[] = []): Parameter<string> {
  return parameter('text', help, aliases, (value) =>
    isScalar(value) ? { value: pythonStr(value) } : { wrong: `it is ${nameOf(value)}; text is wanted` },
  );
}

/** An absolute path, or one from a home directory. */
export function absolutePath(help: string, aliases: readonly string[] = []): Parameter<string> {
  return parameter('path', help, aliases, (value) => {
    if (typeof value !== 'string' || value === '')
      return { wrong: `it is ${nameOf(value)}; a path is wanted` };
    return value.startsWith('/') || value.startsWith('~')
      ? { value: value.replace(/(?<=.)\/+$/u, '/') }
      : { wrong: `it is "${value}"; an absolute path is wanted` };
  });
}

const TRUTHS: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  y: true,
  t: true,
  '1': true,
  no: false,
  false: false,
  off: false,
  n: false,
  f: false,
  '0': false,
};

export function flag(help: string, aliases: readonly string[] = []): Parameter<boolean> {
  return parameter('yes or no', help, aliases, (value) => {
    const truth = isScalar(value) ? TRUTHS[String(value).toLowerCase()] : undefined;
    return truth === undefined ? { wrong: `it is ${shown(value)}; yes or no is wanted` } : { value: truth };
  });
}

export function integer(help: string, aliases: readonly string[] = []): Parameter<number> {
  return parameter('number', help, aliases, (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number)
      ? { value: number }
      : { wrong: `it is ${shown(value)}; a whole number is wanted` };
  });
}

export function decimal(help: string, aliases: readonly string[] = []): Parameter<number> {
  return parameter('number', help, aliases, (value) => {
    const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof found === 'number' && Number.isFinite(found)
      ? { value: found }
      : { wrong: `it is ${shown(value)}; a number is wanted` };
  });
}

/** A list of texts; one text is split at its commas, as Ansible does. */
export function list(help: string, aliases: readonly string[] = []): Parameter<readonly string[]> {
  return parameter('list', help, aliases, (value) => {
    if (Array.isArray(value)) {
      const bad = value.find((item) => !isScalar(item));
      return bad === undefined
        ? { value: value.filter(isScalar).map(pythonStr) }
        : { wrong: `${nameOf(bad)} is among it; texts are wanted` };
    }
    if (!isScalar(value)) return { wrong: `it is ${nameOf(value)}; a list is wanted` };
    return {
      value: pythonStr(value)
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    };
  });
}

export function choice<const W extends string>(
  words: readonly W[],
  help: string,
  aliases: readonly string[] = [],
): Parameter<W> {
  return parameter(words.join(', '), help, aliases, (value) => {
    // `upgrade: yes` is a boolean in YAML, and a word of the table all the same.
    const meant = typeof value === 'boolean' ? (value ? ['yes', 'on'] : ['no', 'off']) : [value];
    const found = words.find((word) => meant.includes(word));
    return found === undefined
      ? { wrong: `it is ${shown(value)}; one of ${words.join(', ')} is wanted` }
      : { value: found };
  });
}

/** Octal digits, or symbols as chmod(1) has them. A number stands for its digits: 0644 and 644 are one. */
export function permissions(help: string, more: readonly string[] = []): Parameter<string> {
  return parameter('mode', help, [], (value) => {
    const word = typeof value === 'number' ? String(value) : value;
    const fits =
      typeof word === 'string' &&
      (/^0?o?[0-7]{1,5}$/u.test(word) ||
        /^(?:[ugoa]*(?:[-+=][rwxXstugo]*)+)(?:,[ugoa]*(?:[-+=][rwxXstugo]*)+)*$/u.test(word) ||
        more.includes(word));
    return fits
      ? { value: word.replace(/^0?o(?=[0-7])/u, '') }
      : { wrong: `it is ${shown(value)}; octal digits as in "0644", or symbols as in u=rw,go=r, are wanted` };
  });
}

/** Any value. */
export function anything(help: string, aliases: readonly string[] = []): Parameter<unknown> {
  return parameter('anything', help, aliases, (value) => ({ value }));
}

type Scalar = string | number | boolean;

function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

const shown = (value: unknown): string => (isScalar(value) ? `"${String(value)}"` : nameOf(value));

function nameOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'empty';
  if (Array.isArray(value)) return 'a list';
  return isScalar(value) ? `"${String(value)}"` : 'a mapping';
}

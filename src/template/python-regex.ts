/**
 * A Python regular expression as JavaScript's: named groups, \A, \Z and leading flags are spelt differently.
 * `options` holds Ansible's keyword arguments `ignorecase` and `multiline`. Throws when it is no regular expression.
 */
export function pythonRegex(pattern: string, options: unknown, flags = ''): RegExp {
  const leading = /\(\?(?<letters>[aimsx]+)\)/u.exec(pattern)?.groups?.['letters'] ?? '';
  const body = pattern
    .replace(/\(\?[aimsx]+\)/u, '')
    .replaceAll('(?P<', '(?<')
    .replaceAll(/\(\?P=(\w+)\)/gu, '\\k<$1>')
    .replaceAll('\\A', '(?<![\\s\\S])')
    .replaceAll('\\Z', '(?![\\s\\S])');
  const asked = (name: string): boolean =>
    typeof options === 'object' &&
    options !== null &&
    name in options &&
    Object.entries(options).some(([key, value]) => key === name && value === true);
  const all = new Set([...flags, ...[...leading].filter((letter) => 'ims'.includes(letter))]);
  if (asked('ignorecase')) all.add('i');
  if (asked('multiline')) all.add('m');
  return new RegExp(body, [...all].join(''));
}

/** The same for text, in which `\w` and `\d` are letters and digits of all scripts, as far as JavaScript takes the pattern so. */
export function textRegex(pattern: string, options: unknown, flags = ''): RegExp {
  try {
    const isOfLines = typeof options === 'object' && options !== null && 'multiline' in options;
    const body = ofAllScripts(pattern);
    return pythonRegex(isOfLines ? body : atEnds(body), options, `${flags}u`);
  } catch {
    // Python lets a backslash stand before what needs none.
    return pythonRegex(pattern, options, flags);
  }
}

/** Python's `$` also stands before a line end that is the last letter. */
function atEnds(pattern: string): string {
  if (/\(\?[aisx]*m/u.test(pattern)) return pattern;
  return pattern.replaceAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\$/gu, (piece) =>
    piece === '$' ? String.raw`(?=\n?(?![\s\S]))` : piece,
  );
}

const WORD = '\\p{L}\\p{M}\\p{N}_';

function ofAllScripts(pattern: string): string {
  let isInClass = false;
  return pattern.replaceAll(/\\[\s\S]|\[\^?\]?|\]/gu, (piece) => {
    if (piece.startsWith('[') && !isInClass) isInClass = true;
    else if (piece === ']') isInClass = false;
    if (piece === '\\w') return isInClass ? WORD : `[${WORD}]`;
    if (piece === '\\W' && !isInClass) return `[^${WORD}]`;
    return piece === '\\d' ? '\\p{Nd}' : piece;
  });
}

/** A Python replacement (\1, \g<name>, \n) as JavaScript's ($01, $<name>, a line end). */
export function pythonReplacement(replacement: string): string {
  return replacement.replaceAll(
    /\$|\\(?:g<(\d+)>|g<(\w+)>|(\d{1,2})|([ntr\\]))/gu,
    (whole, number?: string, name?: string, plain?: string, letter?: string) => {
      if (whole === '$') return '$$';
      if (name !== undefined) return `$<${name}>`;
      if (letter !== undefined) return LETTERS[letter] ?? letter;
      return `$${(number ?? plain ?? '').padStart(2, '0')}`;
    },
  );
}

const LETTERS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

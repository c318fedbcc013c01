import { stringify } from 'yaml';

/** Where a scalar is written. */
export interface Place {
  /** Letters that stand before it in its line. */
  readonly column: number;
  /** Spaces before the lines that it goes on in. */
  readonly indent: number;
  /** A line that is longer goes on in the next one. */
  readonly width: number;
}

/** A value that is no collection as PyYAML writes it, long ones over several lines. */
export function scalar(value: unknown, place: Place): string {
  if (typeof value !== 'string') return unfolded(value);
  if (!value.includes('\n')) {
    const written = unfolded(value);
    if (written === value) return folded(value, place);
    return written.startsWith("'") ? singleQuoted(value, place) : written;
  }
  // A space beside a line end, and what can't be seen, needs escapes.
  const isPlain = /^[^\p{Cc}]*$/u.test(value.replaceAll('\n', '')) && !/ \n|\n /u.test(value);
  return isPlain ? singleQuoted(value, place) : JSON.stringify(value);
}

/** On one line: as it stands in brackets, or before a colon. */
export function unfolded(value: unknown): string {
  if (typeof value === 'string' && /\p{Cc}/u.test(value)) return JSON.stringify(value);
  // PyYAML takes the long words alone for booleans, and with a point only for numbers with an exponent.
  if (typeof value === 'string' && /^(?:[yn]|[-+]?\d+e[-+]?\d+)$/iu.test(value)) return value;
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= 1e16)
    return value.toExponential().replace(/^(-?\d+)e/u, '$1.0e');
  return stringify(value, { version: '1.1', singleQuote: true, lineWidth: 0 }).trimEnd();
}

/** Lines end at the first lone space behind the width. */
function folded(text: string, { column, indent, width }: Place): string {
  let at = column;
  return text.replaceAll(/( +)|[^ ]+/gu, (piece, spaces?: string) => {
    if (spaces === ' ' && at > width) {
      at = indent;
      return `\n${' '.repeat(indent)}`;
    }
    at += piece.length;
    return piece;
  });
}

/** A line end is two, for one alone would be a space. */
function singleQuoted(text: string, place: Place): string {
  const [first = '', ...lines] = text.replaceAll("'", "''").split(/(\n+)/u);
  const pad = ' '.repeat(place.indent);
  const written = lines.map((part) =>
    part.startsWith('\n') ? `\n${part}${pad}` : folded(part, { ...place, column: place.indent }),
  );
  return `'${folded(first, { ...place, column: place.column + 1 })}${written.join('')}'`;
}

import { isMapping } from './filter-values.ts';
import { pythonStr } from './python-text.ts';

/** printf as Python has it, for %s, %d, %i, %f, %x, %X and %o with flags, width and digits. */
export function format(pattern: string, args: readonly unknown[]): string {
  let next = 0;
  const written = pattern.replaceAll(
    /%(?<flags>[-0+ #]*)(?<width>\d*)(?:\.(?<digits>\d+))?(?<kind>[a-zA-Z%]|$)/gu,
    (...match) => {
      const { flags = '', width, digits, kind = '' } = match.at(-1) as Record<string, string | undefined>;
      if (kind === '%') return '%';
      if (next >= args.length) throw new Error(`"${pattern}" wants more values`);
      const made = converted(kind, args[next++], digits, flags);
      return padded(made, Number(width), flags, kind);
    },
  );
  const isTooMuch = next < args.length && !isMapping(args[next]);
  if (isTooMuch) throw new Error(`"${pattern}" wants fewer values`);
  return written;
}

function converted(kind: string, value: unknown, digits: string | undefined, flags: string): string {
  const places = digits === undefined ? undefined : Number(digits);
  if (kind === 's') return pythonStr(value).slice(0, places);
  const radix = { d: 10, i: 10, u: 10, x: 16, X: 16, o: 8, f: 10, F: 10 }[kind];
  if (radix === undefined) throw new Error(`knows no "%${kind}"`);
  if (typeof value !== 'number' && typeof value !== 'boolean')
    throw new Error(`wants a number for "%${kind}", not ${JSON.stringify(value)}`);
  const number = Number(value);
  const isFraction = kind === 'f' || kind === 'F';
  const size = isFraction
    ? Math.abs(number).toFixed(places ?? 6)
    : Math.trunc(Math.abs(number))
        .toString(radix)
        .padStart(places ?? 0, '0');
  const mark = flags.includes('#') ? ({ x: '0x', X: '0X', o: '0o' }[kind] ?? '') : '';
  const sign = number < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  return `${sign}${mark}${kind === 'X' ? size.toUpperCase() : size}`;
}

function padded(made: string, width: number, flags: string, kind: string): string {
  if (flags.includes('-')) return made.padEnd(width);
  if (!flags.includes('0') || kind === 's') return made.padStart(width);
  const sign = /^[-+ ]?(?:0[xXo])?/u.exec(made)?.[0] ?? '';
  return sign + made.slice(sign.length).padStart(width - sign.length, '0');
}

import { numberOr } from '../filter-arguments.ts';
import type { Filter } from '../filter-values.ts';
import { isMapping, text } from '../filter-values.ts';
import { format } from '../percent-format.ts';
import { pythonStr } from '../python-text.ts';
import { strftime } from './strftime.ts';
import { center, splitText } from './text-filters.ts';

/** Methods of Python's texts and lists that the engine lacks, by their names: python-ways.ts writes `x.zfill(3)` as `x | __zfill(3)`. */
export const methods: Readonly<Record<string, Filter>> = {
  format: (value, ...args) => braces(text(value), args),
  zfill: (value, width) => {
    const [, sign = '', digits = ''] = /^([-+]?)(.*)$/su.exec(text(value)) ?? [];
    return sign + digits.padStart(numberOr(width, 0) - sign.length, '0');
  },
  center: (value, width) => center(text(value), numberOr(width, 0)),
  ljust: (value, width, fill = ' ') => text(value).padEnd(numberOr(width, 0), text(fill)),
  rjust: (value, width, fill = ' ') => text(value).padStart(numberOr(width, 0), text(fill)),
  rsplit: (value, separator, count) => {
    const parts = splitText(text(value), separator ?? undefined, -1);
    const last = numberOr(count, -1);
    if (last < 0 || parts.length <= last + 1) return parts;
    const head = parts.slice(0, parts.length - last).join(text(separator));
    return [head, ...parts.slice(parts.length - last)];
  },
  /** Of what `now()` gives, which is a text here; without a zone, as in Ansible. */
  strftime: (value, shape) => strftime(text(shape), secondsOf(text(value)), 'UTC'),
  isoformat: (value) => {
    secondsOf(text(value));
    return text(value).replace(' ', 'T');
  },
  index: (value, item) => {
    const found = Array.isArray(value)
      ? value.findIndex((each: unknown) => each === item)
      : text(value).indexOf(text(item));
    if (found < 0) throw new Error(`finds no ${JSON.stringify(item)}`);
    return found;
  },
};

/** The same as the engine knows them. */
export const methodFilters: Readonly<Record<string, Filter>> = Object.fromEntries(
  Object.entries(methods).map(([name, method]) => [`__${name}`, method]),
);

/** Of a moment as Python shows it, taken for UTC. */
function secondsOf(moment: string): number {
  const milliseconds = Date.parse(`${moment.replace(' ', 'T')}Z`);
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?$/u.test(moment) || Number.isNaN(milliseconds))
    throw new Error(`wants a moment, as now() gives it, not ${JSON.stringify(moment)}`);
  return Math.floor(milliseconds / 1000);
}

/** `'{} {name}'.format(1, name=2)`; what follows a colon in the braces is a width, `05d` or `<8`. */
function braces(pattern: string, args: readonly unknown[]): string {
  const last = args.at(-1);
  const byName = isMapping(last) ? last : {};
  let next = 0;
  return pattern.replaceAll(/\{\{|\}\}|\{(\w*)(?::([^{}]*))?\}/gu, (whole, key?: string, spec?: string) => {
    if (whole === '{{' || whole === '}}') return whole.slice(1);
    const name = key ?? '';
    const value = name === '' ? args[next++] : /^\d+$/u.test(name) ? args[Number(name)] : byName[name];
    if (value === undefined) throw new Error(`"${pattern}" wants more values`);
    return spec === undefined || spec === '' ? pythonStr(value) : aligned(value, spec);
  });
}

function aligned(value: unknown, spec: string): string {
  const {
    align,
    zero = '',
    width = '',
    rest = '',
  } = /^(?<align>[<>])?(?<zero>0)?(?<width>\d*)(?<rest>(?:\.\d+)?[sdxXof]?)$/u.exec(spec)?.groups ?? {};
  if (align === undefined && zero === '' && width === '' && rest === '')
    throw new Error(`can't read "{:${spec}}"`);
  const left = align === '<' || (align === undefined && typeof value === 'string') ? '-' : '';
  const kind = /[a-zA-Z]$/u.test(rest) ? rest : `${rest}s`;
  return format(`%${left}${left === '' ? zero : ''}${width}${kind}`, [value]);
}

import { splitLines } from '../formats/values.ts';
import { plainText, type Json } from './format.ts';
import type { Column, Render } from './returns.ts';

export interface TableOptions {
  readonly hasBorder: boolean;
  readonly hasHeader: boolean;
  /** Units and times instead of the bare numbers. */
  readonly isHumanReadable: boolean;
  /** Lines of box-drawing characters, as under a UTF-8 locale. */
  readonly isUtf8: boolean;
}

type Row = { readonly [key: string]: Json };

/** Rows as PVE::CLIFormatter prints them: sorted by the first column, numbers at the right, each as wide as it must be. */
export function printTable(rows: readonly Row[], columns: readonly Column[], options: TableOptions): string {
  const [first] = columns;
  if (first === undefined) return '';
  const cells = sorted(rows, first).map((row) =>
    columns.map((column) => splitLines(cellText(row[column.name], column.render, options))),
  );
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...cells.flatMap((row) => (row[at] ?? []).map((line) => [...line].length))),
  );
  const pad = (texts: readonly string[]): readonly string[] =>
    columns.map(({ isNumber }, at) => {
      const text = texts[at] ?? '';
      const isLast = at === columns.length - 1;
      if (!options.hasBorder && isLast) return text;
      return isNumber ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0);
    });
  const bar = options.isUtf8 ? '│' : '|';
  const line = (texts: readonly string[]): string =>
    options.hasBorder ? `${bar} ${pad(texts).join(` ${bar} `)} ${bar}\n` : `${pad(texts).join(' ')}\n`;
  const rules = rulesOf(widths, options);
  const lines = cells.map((row) => {
    const height = Math.max(1, ...row.map((each) => each.length));
    return Array.from({ length: height }, (_, at) => line(row.map((each) => each[at] ?? ''))).join('');
  });
  const header = options.hasHeader ? [line(columns.map(({ title }) => title))] : [];
  if (!options.hasBorder) return [...header, ...lines].join('');
  return (
    rules.top +
    [...header, ...lines]
      .map((text, at) =>
        at === 0 ? text : (at === 1 && options.hasHeader ? rules.head : rules.middle) + text,
      )
      .join('') +
    rules.bottom
  );
}

function sorted(rows: readonly Row[], { name, isNumber }: Column): readonly Row[] {
  return rows.toSorted((a, b) => {
    if (isNumber) return Number(a[name] ?? 0) - Number(b[name] ?? 0);
    const [left, right] = [plainText(a[name]), plainText(b[name])];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

/** The line under the header of a table with one column lacks its end, as in PVE. */
function rulesOf(
  widths: readonly number[],
  { isUtf8 }: TableOptions,
): Readonly<Record<'top' | 'head' | 'middle' | 'bottom', string>> {
  const rule = (dash: string, [left, between, right]: readonly [string, string, string]): string =>
    `${left}${widths.map((width) => dash.repeat(width + 2)).join(between)}${right}\n`;
  if (!isUtf8) {
    const plain = rule('-', ['+', '+', '+']);
    return {
      top: plain,
      head: rule('=', ['+', '+', widths.length === 1 ? '' : '+']),
      middle: plain,
      bottom: plain,
    };
  }
  return {
    top: rule('─', ['┌', '┬', '┐']),
    head: rule('═', ['╞', '╪', '╡']),
    middle: rule('─', ['├', '┼', '┤']),
    bottom: rule('─', ['└', '┴', '┘']),
  };
}

/** A value as it stands in a table (PVE::CLIFormatter::data_to_text). */
export function cellText(
  value: Json | undefined,
  render: Render,
  { isHumanReadable }: Pick<TableOptions, 'isHumanReadable'>,
): string {
  if (value === undefined || value === null) return '';
  if (!isHumanReadable || render === 'plain') return plainText(value);
  const number = Number(value);
  if (render === 'boolean')
    return value === 0 || value === '0' || value === '' || value === false ? '0' : '1';
  if (render === 'percent') return `${(number * 100).toFixed(2)}%`;
  if (render === 'timestamp') return new Date(number * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return render === 'duration' ? duration(number) : bytes(number);
}

function bytes(value: number): string {
  const unit = value > 1023 ? Math.floor(Math.log(value) / Math.log(1024)) : 0;
  return `${(value / 1024 ** unit).toFixed(2)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'][unit]}`;
}

function duration(value: number): string {
  let rest = Math.round(value);
  const parts: string[] = [];
  for (const [unit, seconds] of [
    ['w', 604_800],
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    if (rest >= seconds) parts.push(`${Math.floor(rest / seconds)}${unit}`);
    rest %= seconds;
  }
  return parts.length === 0 ? '0s' : parts.join(' ');
}

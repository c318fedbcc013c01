import { printable } from '../report/printable.ts';
import { columns } from '../text/columns.ts';
import { fitColumns, isTooWide } from '../text/fit-columns.ts';
import type { Column, Listing, Row } from './listing.ts';
import { shown } from './units.ts';

/** Rows of `ls` as aligned columns under headings; in a terminal's width, if one is given. */
export function tableText(
  listing: Listing,
  rows: readonly Row[],
  { wide, width }: { readonly wide: boolean; readonly width?: number },
): string {
  const shownColumns = listing.columns.filter((column) => wide || !column.wide);
  const all = cellTexts(shownColumns, rows);
  if (width === undefined || !isTooWide(all, width)) return `${columns(all).join('\n')}\n`;
  // Where all is of one cluster its name tells least.
  const isOne = new Set(rows.map(({ cells }) => cells['cluster'])).size === 1;
  const most = isOne
    ? cellTexts(
        shownColumns.filter(({ key }) => key !== 'cluster'),
        rows,
      )
    : all;
  return `${columns(fitColumns(most, width)).join('\n')}\n`;
}

function cellTexts(chosen: readonly Column[], rows: readonly Row[]): readonly (readonly string[])[] {
  const cells = rows.map((row) =>
    chosen.map(({ key, text }) =>
      printable(text === undefined ? shown(row.cells[key]) : text(row.cells)).replaceAll(/[\n\t]/gu, ' '),
    ),
  );
  return [chosen.map(({ key }) => key.toUpperCase()), ...cells];
}

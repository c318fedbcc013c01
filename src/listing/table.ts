import { printable } from '../report/printable.ts';
import { columns } from '../text/columns.ts';
import type { Listing, Row } from './listing.ts';
import { shown } from './units.ts';

/** Rows of `ls` as aligned columns under headings. */
export function tableText(listing: Listing, rows: readonly Row[], wide: boolean): string {
  const chosen = listing.columns.filter((column) => wide || !column.wide);
  const cells = rows.map((row) =>
    chosen.map(({ key, text }) =>
      printable(text === undefined ? shown(row.cells[key]) : text(row.cells)).replaceAll(/[\n\t]/gu, ' '),
    ),
  );
  return `${columns([chosen.map(({ key }) => key.toUpperCase()), ...cells]).join('\n')}\n`;
}

import { columns, cut, displayWidth } from './columns.ts';

/** As narrow as a column is made. */
const narrowest = 8;

/**
 * The rows with cells cut so that columns() puts them into `width` cells: the widest columns give way first, equally.
 * What is left of a path or a volume is its end. Where there are too many columns for that, nothing is cut.
 */
export function fitColumns(
  rows: readonly (readonly string[])[],
  width: number,
): readonly (readonly string[])[] {
  const widths = Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, index) =>
    Math.max(0, ...rows.map((row) => displayWidth(row[index] ?? ''))),
  );
  const total = (most: number): number =>
    widths.reduce((sum, each) => sum + Math.min(each, most), 2 * (widths.length - 1));
  let most = Math.max(narrowest, ...widths);
  while (most > narrowest && total(most) > width) most--;
  if (total(most) > width) return rows;
  return rows.map((row) => row.map((cell) => (endTells.test(cell) ? cutStart : cut)(cell, most)));
}

/** "/etc/pve/nodes/pve1/qemu-server/100.conf:2", "local-lvm:vm-100-disk-0" */
const endTells = /^(?:\/\S+|[\w.-]+:[^\s,:]+)$/u;

/** The end of a text, "…" before it. */
function cutStart(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const reversed = [...text].toReversed().join('');
  return [...cut(reversed, width)].toReversed().join('');
}

/** Whether columns() would make a line of more than `width` cells of it. */
export function isTooWide(rows: readonly (readonly string[])[], width: number): boolean {
  return columns(rows).some((line) => displayWidth(line) > width);
}

import { printable } from '../report/printable.ts';
import { columns } from '../text/columns.ts';
import type { Row } from './ls-rows.ts';

/** One column of a table: its heading, and the text of a row's cell. */
interface Column {
  readonly heading: string;
  readonly text: (cells: Row['cells']) => string;
  readonly wide?: true;
}

const plain = (key: string, wide?: true): Column => ({
  heading: key.toUpperCase(),
  text: (cells) => shown(cells[key]),
  ...(wide && { wide }),
});

const guestColumns: readonly Column[] = [
  plain('vmid'),
  plain('name'),
  plain('type'),
  plain('status'),
  plain('node'),
  plain('cluster'),
  plain('cores', true),
  {
    heading: 'MEMORY',
    text: ({ memory }) => (typeof memory === 'number' ? bytesText(memory * 2 ** 20) : shown(memory)),
    wide: true,
  },
  plain('tags', true),
  plain('ha', true),
  plain('lock', true),
];

const nodeColumns: readonly Column[] = [
  plain('name'),
  plain('host'),
  plain('cluster'),
  plain('version'),
  plain('status'),
  plain('cpus'),
  {
    heading: 'MEMORY',
    text: ({ memory }) => (typeof memory === 'number' ? bytesText(memory) : shown(memory)),
  },
  {
    heading: 'UPTIME',
    text: ({ uptime }) => (typeof uptime === 'number' ? uptimeText(uptime) : shown(uptime)),
  },
  {
    heading: 'RUNNING',
    text: ({ running, guests }) =>
      running === 'unknown' && guests === 'unknown' ? 'unknown' : `${shown(running)}/${shown(guests)}`,
  },
  plain('kernel', true),
  plain('bridges', true),
];

/** Rows of `ls` as aligned columns under headings; "-" where there is nothing. */
export function lsTable(what: 'nodes' | 'guests', rows: readonly Row[], wide: boolean): string {
  const chosen = (what === 'nodes' ? nodeColumns : guestColumns).filter(
    (column) => wide || column.wide !== true,
  );
  const cells = rows.map((row) =>
    chosen.map(({ text }) => printable(text(row.cells)).replaceAll(/[\n\t]/gu, ' ')),
  );
  return `${columns([chosen.map(({ heading }) => heading), ...cells]).join('\n')}\n`;
}

function shown(cell: Row['cells'][string] | undefined): string {
  return cell === null || cell === undefined || cell === '' ? '-' : String(cell);
}

/** "512 MiB", "62.5 GiB". */
function bytesText(bytes: number): string {
  const [unit, size] = bytes >= 2 ** 30 ? (['GiB', 2 ** 30] as const) : (['MiB', 2 ** 20] as const);
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}

/** "3d 4h", "4h 5min", "5min". */
function uptimeText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)}d ${hours % 24}h`;
  return hours > 0 ? `${hours}h ${minutes % 60}min` : `${minutes}min`;
}

import type { Cell, Column } from './listing.ts';

/** A cell for people: "-" where there is nothing. */
export function shown(cell: Cell | undefined): string {
  if (cell === null || cell === undefined || cell === '') return '-';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return typeof cell === 'object' ? (cell.length === 0 ? '-' : cell.join(' ')) : String(cell);
}

/** A column of bytes (or of `unit` bytes) as "512 MiB", "62.5 GiB". */
export function asBytes(key: string, unit = 1): NonNullable<Column['text']> {
  return ({ [key]: cell }) => (typeof cell === 'number' ? bytesText(cell * unit) : shown(cell));
}

function bytesText(bytes: number): string {
  const [unit, size] = bytes >= 2 ** 30 ? (['GiB', 2 ** 30] as const) : (['MiB', 2 ** 20] as const);
  return `${Number((bytes / size).toFixed(1))} ${unit}`;
}

/** A column of seconds as "3d 4h", "4h 5min", "5min". */
export function asUptime(key: string): NonNullable<Column['text']> {
  return ({ [key]: cell }) => (typeof cell === 'number' ? uptimeText(cell) : shown(cell));
}

function uptimeText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)}d ${hours % 24}h`;
  return hours > 0 ? `${hours}h ${minutes % 60}min` : `${minutes}min`;
}

/** "2026-11-23 22:41:06" in UTC; null for none. */
export function timeText(seconds: number | undefined): string | null {
  if (seconds === undefined || !Number.isFinite(seconds) || Math.abs(seconds) > 8e12) return null;
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

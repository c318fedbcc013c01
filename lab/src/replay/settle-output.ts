/** What `pvesh` prints, with what has no order or is only measured made alike: JSON in a line, and its tables. */
export function settleOutput(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.startsWith('[{"') ? settleJson(line) : settleTableLine(line)))
    .join('\n');
}

type Row = Readonly<Record<string, unknown>>;

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function settleJson(line: string): string {
  let rows: unknown;
  try {
    rows = JSON.parse(line);
  } catch {
    return line;
  }
  if (!Array.isArray(rows) || !rows.every(isRow)) return line;
  const settled = rows.map((row) => JSON.stringify(settleRow(row)));
  return `[${(rows.every(isUnordered) ? settled.toSorted() : settled).join(',')}]`;
}

/** What PVE lists by the keys of a Perl hash. */
const UNORDERED = ['key', 'iface', 'roleid', 'realm', 'groupid', 'tokenid', 'ugid', 'zone', 'vnet', 'subnet'];

/** Options, and guests, nodes and storages of a cluster, come out of Perl's hashes. */
function isUnordered(row: Row): boolean {
  return (
    UNORDERED.some((key) => key in row) ||
    (typeof row['id'] === 'string' && 'type' in row && !('upid' in row))
  );
}

const SIZES = new Set(['disk', 'maxdisk', 'maxmem']);

/** How large and how full a node or a storage is; what a storage holds is a list without order. */
function settleRow(row: Row): Row {
  const isHost = row['type'] === 'node' || row['type'] === 'storage';
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => {
      if (isHost && SIZES.has(key)) return [key, 0];
      return key === 'content' && typeof value === 'string' ? [key, sortList(value)] : [key, value];
    }),
  );
}

function sortList(text: string): string {
  return text.split(',').toSorted().join(',');
}

const FINGERPRINT = /^[0-9A-F]{2}(?::[0-9A-F]{2}){31}$/;

/** A table's lines without the widths of its columns; of nodes and storages without sizes. */
function settleTableLine(line: string): string {
  if (/^\+[-=+]+\+?$/.test(line)) return line.replace(/-+/g, '-').replace(/=+/g, '=');
  if (!/^\|.*\|$/.test(line)) return line;
  const cells = line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
  const [id = ''] = cells;
  const isTask = cells.some((cell) => cell.startsWith('UPID:'));
  const isHost = /^(?:node|storage)\//.test(id) || cells.some((cell) => FINGERPRINT.test(cell));
  return `| ${cells.map((cell) => settleCell(cell, isHost, isTask)).join(' | ')} |`;
}

function settleCell(cell: string, isHost: boolean, isTask: boolean): string {
  if (isTask && /^\d{4,}$/.test(cell)) return '#';
  if (/^\d+\.\d\d%$/.test(cell) || /^(?:\d+[wdhms] ?)+$/.test(cell)) return '#';
  if (isHost && /^(?:\d+\.\d\d (?:B|[KMGTP]iB)|\d{6,})$/.test(cell)) return '#';
  return /^[a-z]+(?:,[a-z]+)+$/.test(cell) ? sortList(cell) : cell;
}

/** What mkfs.ext4 says of the file system that it makes, as far as PVE lets it through (PVE/LXC.pm; mke2fs(8) and its source for the numbers). */

/** Sizes of a file system. */
export interface Geometry {
  readonly blockSize: number;
  readonly blocks: number;
  readonly inodes: number;
  /** First blocks of the groups with a copy of the superblock. */
  readonly backups: readonly number[];
}

/** The file system on so many bytes: under 512 MiB 1 KiB blocks and an inode for each 4 KiB, else 4 KiB blocks and one for each 16 KiB. */
export function mkfsGeometry(bytes: number): Geometry {
  const isSmall = bytes < 512 * 1024 ** 2;
  const blockSize = isSmall ? 1024 : 4096;
  const blocks = Math.floor(bytes / blockSize);
  const first = isSmall ? 1 : 0;
  const perGroup = blockSize * 8;
  const groups = Math.max(1, Math.ceil((blocks - first) / perGroup));
  const wanted = Math.ceil(Math.floor(bytes / (isSmall ? 4096 : 16384)) / groups);
  const perBlock = blockSize / 256;
  const inodesPerGroup = (Math.ceil(wanted / perBlock) * perBlock) & ~7;
  const backups = Array.from({ length: groups }, (_, group) => group)
    .filter(hasBackup)
    .map((group) => group * perGroup + first);
  return { blockSize, blocks, inodes: inodesPerGroup * groups, backups };
}

function hasBackup(group: number): boolean {
  return group === 1 || (group > 1 && [3, 5, 7].some((base) => isPower(group, base)));
}

function isPower(value: number, base: number): boolean {
  let power = base;
  while (power < value) power *= base;
  return power === value;
}

/** The lines for a volume of so many bytes and a file system UUID. */
export function mkfsOutput(bytes: number, uuid: string): string {
  const { blockSize, blocks, inodes, backups } = mkfsGeometry(bytes);
  const head = `Creating filesystem with ${blocks} ${blockSize / 1024}k blocks and ${inodes} inodes\nFilesystem UUID: ${uuid}\n`;
  if (backups.length === 0) return head;
  const rows = wrap(backups).filter((row) => /^\s+\d+, \d/.test(row));
  return `${head}Superblock backups stored on blocks: \n${rows.map((row) => `${row}\n`).join('')}`;
}

/** mke2fs breaks its list of blocks after 72 columns. */
function wrap(numbers: readonly number[]): readonly string[] {
  const rows: string[] = [];
  let left = 0;
  for (const [index, number] of numbers.entries()) {
    const need = String(number).length + 2;
    if (need > left) {
      rows.push('\t');
      left = 72;
    }
    left -= need;
    rows.push(`${rows.pop() ?? ''}${number}${index + 1 < numbers.length ? ', ' : ''}`);
  }
  return rows;
}

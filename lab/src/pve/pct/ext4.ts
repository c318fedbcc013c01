import { mkfsGeometry } from './mkfs.ts';

/** How full an ext4 file system is, in blocks. Source: mke2fs(8), lib/ext2fs and the kernel's statfs; the recordings agree. */
export interface Fill {
  readonly blockSize: number;
  readonly blocks: number;
  readonly inodes: number;
  /** What the file system itself takes. */
  readonly overhead: number;
  readonly usedFiles: number;
  readonly usedBlocks: number;
  /** What is left for those who are not root. */
  readonly free: number;
}

/** Files and blocks of what was unpacked from the template, and of a file system without files. */
const TEMPLATE = { files: 340, blocks: 614 };
const EMPTY = { files: 11, blocks: 6 };

/** The file system on a volume of so many bytes, with a system on it or without a file. */
export function fillOf(bytes: number, holds: 'system' | 'nothing'): Fill {
  const geometry = mkfsGeometry(bytes);
  const overhead = overheadOf(geometry);
  const { files, blocks } = holds === 'system' ? TEMPLATE : EMPTY;
  const reserved = Math.floor(geometry.blocks / 20);
  const kept = Math.min(Math.floor(geometry.blocks / 50), 4096);
  return {
    ...geometry,
    overhead,
    usedFiles: files,
    usedBlocks: blocks,
    free: Math.max(0, geometry.blocks - overhead - blocks - reserved - kept),
  };
}

/** Inode tables, journal, bitmaps, and each copy of the superblock with its descriptors and the room for those to come. */
function overheadOf({ blockSize, blocks, inodes, backups }: ReturnType<typeof mkfsGeometry>): number {
  const perBlock = blockSize / 64;
  const groups = Math.ceil(blocks / (blockSize * 8));
  const descriptors = Math.ceil(groups / perBlock);
  const most = Math.min(blocks * 1024, 2 ** 32 - 1);
  const toCome = Math.min(
    Math.ceil(Math.ceil(most / (blockSize * 8)) / perBlock) - descriptors,
    blockSize / 4,
  );
  const tables = (inodes * 256) / blockSize;
  return (
    tables +
    journalBlocks(blocks) +
    groups * 2 +
    (1 + backups.length) * (1 + descriptors + Math.max(0, toCome))
  );
}

/** ext2fs_default_journal_size. */
function journalBlocks(blocks: number): number {
  const steps = [
    [2048, 0],
    [32_768, 1024],
    [256 * 1024, 4096],
    [512 * 1024, 8192],
    [4096 * 1024, 16_384],
    [8192 * 1024, 32_768],
    [16_384 * 1024, 65_536],
  ] as const;
  return steps.find(([below]) => blocks < below)?.[1] ?? 262_144;
}

/** The file size of a qcow2 image with all of its metadata preallocated, as PVE makes them: 64 KiB clusters, 16-bit reference counts. */

const CLUSTER = 65536;
/** Guest bytes that one L2 table maps: 8192 entries of a cluster. */
const L2_REACH = 8192 * CLUSTER;
/** Clusters that one block of reference counts covers. */
const REFCOUNTS = 32768;

/** Without preallocation there are only the header, one block of reference counts and the L1 table's entries. Bytes of the file for `size` bytes of disk: header, reference counts, L1 and L2 tables, data. Holds for disks under 512 TiB of L1. */
export function qcow2FileBytes(size: number, preallocation = 'metadata'): number {
  if (preallocation === 'off') return 3 * CLUSTER + 8 * Math.max(1, Math.ceil(size / L2_REACH));
  const data = Math.ceil(size / CLUSTER);
  const tables = Math.ceil(size / L2_REACH);
  const l1 = Math.max(1, Math.ceil((tables * 8) / CLUSTER));
  const fixed = 2 + l1 + tables + data;
  let blocks = 1;
  while (Math.ceil((fixed + blocks) / REFCOUNTS) > blocks) blocks += 1;
  return (fixed + blocks - data) * CLUSTER + size;
}

/** Bytes of disk in such a file of `bytes`; what is smaller than any is taken as it is. */
export function qcow2DiskBytes(bytes: number): number {
  if (bytes < CLUSTER * 4) return ((bytes - 3 * CLUSTER) / 8) * L2_REACH;
  let size = bytes;
  for (let round = 0; round < 8; round += 1) {
    const excess = qcow2FileBytes(size) - bytes;
    if (excess === 0) return size;
    size -= excess;
    if (size <= 0) return bytes;
  }
  return size;
}

/** The file of a linked clone: 128 KiB clusters with subclusters, so that a table maps 1 GiB; with its metadata preallocated or without. */
export function extendedQcow2FileBytes(size: number, preallocation: 'metadata' | 'off'): number {
  const cluster = 2 * CLUSTER;
  const tables = Math.max(1, Math.ceil(size / 1024 ** 3));
  return preallocation === 'off' ? 3 * cluster + 8 * tables : (4 + tables) * cluster + size;
}

/** Bytes of disk of a linked clone's file. Without preallocation it tells only whole GiB: then those of its base, if they fit. */
export function extendedQcow2DiskBytes(bytes: number, ofBase: number | undefined): number {
  const cluster = 2 * CLUSTER;
  if (bytes < 4 * cluster) {
    const most = ((bytes - 3 * cluster) / 8) * 1024 ** 3;
    return ofBase !== undefined && ofBase <= most && ofBase > most - 1024 ** 3 ? ofBase : most;
  }
  let size = bytes;
  for (let round = 0; round < 8; round += 1) size -= extendedQcow2FileBytes(size, 'metadata') - bytes;
  return size;
}

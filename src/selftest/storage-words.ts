import { ANY_LINES } from './patterns.ts';

/** What a storage prints of what is done to one volume, in lines. */
export interface StorageWords {
  readonly made: readonly string[];
  readonly removed: readonly string[];
  readonly grown: readonly string[];
  readonly grownWhileRunning: readonly string[];
  readonly snapshotTaken: readonly string[];
  readonly snapshotTakenWhileRunning: readonly string[];
  readonly snapshotRemoved: readonly string[];
  readonly rolledBack: readonly string[];
  readonly linked: readonly string[];
  /** What is said of it on standard error, which is the site's own affair. */
  readonly warnings: readonly string[];
}

const lvmMade = '  Logical volume "{any}" created.';
const lvmRemoved = '  Logical volume "{any}" successfully removed.';
const lvmGrown = [
  '  Size of logical volume {word} changed from {any} to {any}.',
  '  Logical volume {word} successfully resized.',
];

const lvmThin: StorageWords = {
  made: [lvmMade],
  removed: [lvmRemoved],
  grown: lvmGrown,
  grownWhileRunning: lvmGrown,
  snapshotTaken: [lvmMade],
  snapshotTakenWhileRunning: [lvmMade],
  snapshotRemoved: [lvmRemoved],
  rolledBack: [lvmRemoved, lvmMade],
  linked: [lvmMade],
  // That a thin pool is smaller than what it promises.
  warnings: [`${ANY_LINES}  WARNING: {any}`],
};

const formatting = "Formatting '{any}', fmt={any}";

/** Images as files: qcow2 for VMs. */
const files: StorageWords = {
  made: [formatting],
  removed: [],
  grown: ['Image resized.'],
  grownWhileRunning: [],
  snapshotTaken: [],
  snapshotTakenWhileRunning: ['internal qemu snapshot'],
  snapshotRemoved: [],
  rolledBack: [],
  linked: ['clone {any}', formatting],
  warnings: [],
};

/** Nothing was recorded of it: whatever it prints is taken as it is. */
const unknown: StorageWords = {
  made: [ANY_LINES],
  removed: [ANY_LINES],
  grown: [ANY_LINES],
  grownWhileRunning: [ANY_LINES],
  snapshotTaken: [ANY_LINES],
  snapshotTakenWhileRunning: [ANY_LINES],
  snapshotRemoved: [ANY_LINES],
  rolledBack: [ANY_LINES],
  linked: [ANY_LINES],
  warnings: [ANY_LINES],
};

export function wordsOf(type: string): StorageWords {
  if (type === 'lvmthin') return lvmThin;
  return keepsFiles(type) ? files : unknown;
}

/** Storages that keep images as files: only there has an image a format. */
export function keepsFiles(type: string): boolean {
  return ['dir', 'nfs', 'cifs', 'cephfs'].includes(type);
}

/** Storages whose volumes have snapshots whatever they are; those of files have some of qcow2 images. */
export function hasSnapshots(type: string, guest: 'vm' | 'container'): boolean {
  if (['lvmthin', 'zfspool', 'rbd', 'btrfs'].includes(type)) return true;
  return guest === 'vm' && keepsFiles(type);
}

/** Storages on which a clone can share the disks of its template. */
export function hasLinkedClones(type: string): boolean {
  return keepsFiles(type) || ['lvmthin', 'zfspool', 'rbd', 'btrfs'].includes(type);
}

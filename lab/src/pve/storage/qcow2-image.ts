import type { Machine } from '../../machine.ts';
import { qcow2DiskBytes, qcow2FileBytes } from './qcow2.ts';

/**
 * What the header of a qcow2 image tells: the lab's files have no content of disks, so this is theirs. An image without it (put there by
 * somebody) is taken for one that was made whole.
 */
export interface Qcow2Image {
  /** Bytes of the disk. */
  readonly bytes: number;
  /** Bytes of a cluster. */
  readonly cluster: number;
  /** The image that a linked clone rests on, as written there: `../155/base-155-disk-0.raw`. */
  readonly backing?: string;
  /** Where the active L1 table lies; clusters have numbers. */
  readonly l1: number;
  readonly table: number | undefined;
  readonly snapshots: readonly Qcow2Snapshot[];
  /** Free clusters below the end of the file, and the first one after it. */
  readonly free: readonly number[];
  readonly next: number;
}

interface Qcow2Snapshot {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly l1: number;
}

const MAGIC = 'QFI ';

export const CLUSTER = 65536;

/** Tables of the second level that so many bytes need; each reaches 8192 clusters, and its entry in the first takes 8 bytes. */
function tablesOf({ cluster }: Qcow2Image, bytes: number): number {
  return Math.max(1, Math.ceil(bytes / (8192 * cluster)));
}

/** Reads an image's header, or infers it from the size of the file. */
export function readImage(machine: Machine, path: string): Qcow2Image {
  const text = machine.files.read(path) ?? '';
  if (text.startsWith(MAGIC)) return parse(text.slice(MAGIC.length));
  const file = machine.volumes.size(path) ?? 0;
  return freshImage(qcow2DiskBytes(file), file);
}

/** Whether the file has a header of the lab, and its size need not be inferred. */
export function hasHeader(machine: Machine, path: string): boolean {
  return (machine.files.read(path) ?? '').startsWith(MAGIC);
}

/** The header of an image as qemu-img makes it, in a file of so many bytes. */
export function freshImage(bytes: number, file: number, cluster = CLUSTER): Qcow2Image {
  return {
    bytes,
    cluster,
    l1: 3,
    table: undefined,
    snapshots: [],
    free: [],
    next: Math.ceil(file / cluster),
  };
}

function parse(text: string): Qcow2Image {
  const found: unknown = JSON.parse(text);
  if (!isImage(found)) throw new Error('a qcow2 header of the lab cannot be read');
  return found;
}

function isImage(value: unknown): value is Qcow2Image {
  return typeof value === 'object' && value !== null && 'bytes' in value && 'snapshots' in value;
}

/** Puts an image's header into its file, whose size stays or becomes `file`. */
export function writeImage(machine: Machine, path: string, image: Qcow2Image, file?: number): void {
  const size = file ?? machine.volumes.size(path) ?? 0;
  machine.files.write(path, `${MAGIC}${JSON.stringify(image)}`, 0o640);
  machine.volumes.set(path, size);
}

/** Takes clusters as QEMU does: the first free one, else one at the end. */
function take(image: Qcow2Image): readonly [number, Qcow2Image] {
  const [first, ...free] = image.free;
  if (first !== undefined) return [first, { ...image, free }];
  return [image.next, { ...image, next: image.next + 1 }];
}

function giveBack(image: Qcow2Image, cluster: number | undefined): Qcow2Image {
  if (cluster === undefined) return image;
  return { ...image, free: [...image.free, cluster].toSorted((a, b) => a - b) };
}

/** Bytes of the snapshot table: 64 of each entry, its number and name, in steps of 8 but for the last. */
function tableBytes(snapshots: readonly Qcow2Snapshot[]): number {
  return snapshots.reduce(
    (sum, { id, name }) => Math.ceil(sum / 8) * 8 + 64 + String(id).length + Buffer.byteLength(name),
    0,
  );
}

/** The file's size after a write of `bytes` at a cluster; a running QEMU writes whole sectors. */
function grown(image: Qcow2Image, file: number, at: number, bytes: number, running: boolean): number {
  return Math.max(file, at * image.cluster + (running ? Math.ceil(bytes / 512) * 512 : bytes));
}

/** Takes a snapshot inside the image: a copy of the L1 table and a new table of snapshots. */
export function snapshotImage(machine: Machine, path: string, name: string, running: boolean): void {
  const before = readImage(machine, path);
  const [l1, withL1] = take(before);
  const id = Math.max(0, ...before.snapshots.map((one) => one.id)) + 1;
  const snapshots = [...before.snapshots, { id, name, bytes: before.bytes, l1 }];
  const [table, withTable] = take(withL1);
  const image = { ...giveBack(withTable, before.table), snapshots, table };
  const size = machine.volumes.size(path) ?? 0;
  const file = grown(image, size, l1, 8 * tablesOf(before, before.bytes), running);
  writeImage(machine, path, image, grown(image, file, table, tableBytes(snapshots), running));
}

/** Whether the image holds a snapshot of that name. */
export function hasSnapshot(machine: Machine, path: string, name: string): boolean {
  return readImage(machine, path).snapshots.some((one) => one.name === name);
}

/** Removes a snapshot from the image. */
export function dropSnapshot(machine: Machine, path: string, name: string, running: boolean): void {
  const before = readImage(machine, path);
  const dropped = before.snapshots.find((one) => one.name === name);
  if (dropped === undefined) return;
  const snapshots = before.snapshots.filter((one) => one !== dropped);
  const file = machine.volumes.size(path) ?? 0;
  if (snapshots.length === 0) {
    const image = giveBack(giveBack({ ...before, snapshots, table: undefined }, before.table), dropped.l1);
    writeImage(machine, path, image);
    return;
  }
  const [table, taken] = take(before);
  const image = giveBack(giveBack({ ...taken, snapshots, table }, before.table), dropped.l1);
  writeImage(machine, path, image, grown(image, file, table, tableBytes(snapshots), running));
}

/** Puts the image back to a snapshot; a disk that had grown since shrinks again, and so does its file. */
export function rollBackImage(machine: Machine, path: string, name: string): void {
  const before = readImage(machine, path);
  const snapshot = before.snapshots.find((one) => one.name === name);
  if (snapshot === undefined || snapshot.bytes === before.bytes) return;
  const file = machine.volumes.size(path) ?? 0;
  const tables = Math.max(0, tablesOf(before, before.bytes) - tablesOf(before, snapshot.bytes));
  let image: Qcow2Image = { ...before, bytes: snapshot.bytes };
  // Cutting off what is not there makes tables for it first, and frees them.
  for (let index = 0; index < tables; index += 1) {
    const [made, taken] = take(image);
    image = made >= before.next ? { ...taken, next: before.next } : giveBack(taken, made);
  }
  writeImage(machine, path, image, tables > 0 ? Math.max(file, image.next * image.cluster) : file);
}

/** Gives the image's disk another size; with its metadata preallocated the file grows at once. */
export function resizeImage(
  machine: Machine,
  path: string,
  bytes: number,
  preallocation: string | undefined,
  running: boolean,
): void {
  const before = readImage(machine, path);
  if (running || preallocation === 'off' || before.snapshots.length > 0 || before.backing !== undefined) {
    const tables = tablesOf(before, bytes);
    const hasRoom = tables === tablesOf(before, before.bytes);
    const [l1, taken] = hasRoom ? [before.l1, before] : take(before);
    const image = { ...(hasRoom ? before : giveBack(taken, before.l1)), bytes, l1 };
    const file = machine.volumes.size(path) ?? 0;
    writeImage(machine, path, image, hasRoom ? file : grown(image, file, l1, 8 * tables, running));
    return;
  }
  const file = qcow2FileBytes(bytes, preallocation);
  writeImage(machine, path, { ...before, bytes, next: Math.ceil(file / before.cluster) }, file);
}

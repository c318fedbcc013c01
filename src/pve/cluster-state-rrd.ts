import { splitLines } from './text-lines.ts';

/**
 * /etc/pve/.rrd: what pvestatd of each node last said of it, its guests and its active storages, up to 10 s old. Keys
 * differ by version: pve2-node/, pve2.3-vm/, pve2-storage/ on PVE 8, pve-node-9.0/, pve-vm-9.0/, pve-storage-9.0/ on 9
 * (pve-cluster's status.c, pve-manager's PVE/Service/pvestatd.pm); columns that are newer come behind the others.
 */
export interface Rrd {
  readonly nodes: Readonly<Record<string, RrdNode>>;
  /** By VMID. */
  readonly guests: Readonly<Record<string, RrdGuest>>;
  readonly storages: readonly RrdStorage[];
  /** Lines that are none of these, from 1. */
  readonly unread: readonly number[];
}

/** Sizes in bytes, times in seconds, shares of a CPU from 0 to 1; what is not known is left out. */
export interface RrdNode {
  /** Seconds since 1970, as all `time`. */
  readonly time: number;
  readonly uptime?: number;
  readonly load?: number;
  readonly cpus?: number;
  readonly cpu?: number;
  readonly iowait?: number;
  readonly memory?: number;
  readonly memoryUsed?: number;
  readonly swap?: number;
  readonly swapUsed?: number;
  readonly disk?: number;
  readonly diskUsed?: number;
}

export interface RrdGuest {
  readonly time: number;
  readonly name: string;
  /** running, stopped, and of a running VM what QEMU says: paused, suspended, prelaunch, ... */
  readonly status: string;
  readonly template: boolean;
  readonly uptime?: number;
  readonly cpus?: number;
  readonly cpu?: number;
  readonly memory?: number;
  readonly memoryUsed?: number;
  readonly disk?: number;
  readonly diskUsed?: number;
}

export interface RrdStorage {
  readonly node: string;
  readonly storage: string;
  readonly time: number;
  readonly total?: number;
  readonly used?: number;
}

/** Reads the file. Takes any text; of one thing given twice, by two versions, the later counts. */
export function decodeRrd(text: string): Rrd {
  const nodes = new Map<string, RrdNode>();
  const guests = new Map<string, RrdGuest>();
  const storages = new Map<string, RrdStorage>();
  const unread: number[] = [];
  for (const [index, line] of rrdLines(text).entries()) {
    if (line === '') continue;
    const [key = '', ...columns] = line.split(':');
    const { kind, name = '' } = keyPattern.exec(key)?.groups ?? {};
    const [node, storage] = name.split('/');
    if (kind === 'node') keepLater(nodes, name, readNode(columns));
    else if (kind === 'vm') keepLater(guests, name, readGuest(columns));
    else if (kind === 'storage' && node !== undefined && storage !== undefined && storage !== '')
      keepLater(storages, name, readStorage(node, storage, columns));
    else unread.push(index + 1);
  }
  return {
    nodes: Object.fromEntries(nodes),
    guests: Object.fromEntries(guests),
    storages: [...storages.values()],
    unread,
  };
}

/** The file's lines without what ends them; pmxcfs ends the last one with a NUL byte. */
export const rrdLines = (text: string): readonly string[] =>
  splitLines(text).map((line) => line.replaceAll('\0', '').trimEnd());

const keyPattern = /^pve(?:2|2\.3)?-(?<kind>node|vm|storage)(?:-[\d.]+)?\/(?<name>.+)$/u;

function keepLater<T extends { readonly time: number }>(all: Map<string, T>, key: string, made: T): void {
  const old = all.get(key);
  if (old === undefined || made.time >= old.time) all.set(key, made);
}

function readNode(columns: readonly string[]): RrdNode {
  const [uptime, , time, ...rest] = columns;
  return {
    time: numberOf(time) ?? 0,
    ...numbers(
      [
        'uptime',
        'load',
        'cpus',
        'cpu',
        'iowait',
        'memory',
        'memoryUsed',
        'swap',
        'swapUsed',
        'disk',
        'diskUsed',
      ],
      [uptime, ...rest],
    ),
  };
}

function readGuest(columns: readonly string[]): RrdGuest {
  const [uptime, name = '', status = '', template, time, ...rest] = columns;
  return {
    time: numberOf(time) ?? 0,
    name,
    status,
    template: template === '1',
    ...numbers(['uptime', 'cpus', 'cpu', 'memory', 'memoryUsed', 'disk', 'diskUsed'], [uptime, ...rest]),
  };
}

function readStorage(node: string, storage: string, [time, total, used]: readonly string[]): RrdStorage {
  return { node, storage, time: numberOf(time) ?? 0, ...numbers(['total', 'used'], [total, used]) };
}

/** The columns that are numbers, by these names in order. */
function numbers<K extends string>(
  names: readonly K[],
  columns: readonly (string | undefined)[],
): Partial<Record<K, number>> {
  const found: Partial<Record<K, number>> = {};
  for (const [index, name] of names.entries()) {
    const value = numberOf(columns[index]);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** "U" is what is not known. */
function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/iu.test(text) ? Number(text) : undefined;
}

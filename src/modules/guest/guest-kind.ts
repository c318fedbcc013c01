import type { Property, Word } from '../property.ts';
import { birthWords } from './birth.ts';

/** What sets VMs and containers apart, as data; the rest of this folder serves both. */
export interface GuestKind {
  readonly kind: 'vm' | 'container';
  readonly summary: string;
  /** A task that declares one, for the docs page; a test runs it. */
  readonly example: string;
  /** For messages: "VM", "container". */
  readonly label: string;
  /** Part of API paths and of .vmlist: "qemu", "lxc". */
  readonly type: 'qemu' | 'lxc';
  /** Folder of the configs under /etc/pve/nodes/NODE. */
  readonly folder: 'qemu-server' | 'lxc';
  readonly command: 'qm' | 'pct';
  /** The option that holds its name. */
  readonly nameOption: 'name' | 'hostname';
  /** Sub-property of a disk that holds its volume. */
  readonly volumeKey: 'file' | 'volume';
  /** Sub-property of a network card that holds its MAC address. */
  readonly macKey: 'macaddr' | 'hwaddr';
  /** Content type that a storage must have for its disks. */
  readonly diskContent: 'images' | 'rootdir';
  /** What PVE refuses to do to the disks of a guest with protection: 1 (check_protection). */
  readonly protects: 'changes of disks' | 'removal of disks';
  /** What create passes unless the spec says otherwise (pitfalls: PVE 8 and 9 differ in it). */
  readonly createDefaults: Readonly<Record<string, string>>;
  /** Options without which one can't be made. */
  readonly required: readonly string[];
  readonly properties: readonly Property[];
  readonly words: readonly Word[];
  /** The boot order that PVE itself makes of the one that is there when a set adds and removes these; undefined: as it is. */
  readonly bootOrderAfter?: (
    boot: string | undefined,
    set: Readonly<Record<string, string>>,
    removed: readonly string[],
  ) => string | undefined;
  /** What of a guest with these options PVE would refuse, or not start; by the option that is wrong. */
  readonly refuseTogether?: (options: Readonly<Record<string, string>>) => readonly Mismatch[];
  /** Creating takes minutes (a template is unpacked), so it outlives the connection. */
  readonly createDetached: boolean;
}

/** An option that does not go with another one, "<what is>; <what is wanted>". */
export interface Mismatch {
  readonly option: string;
  readonly with: string;
  readonly message: string;
}

/** Seconds that a guest has to shut down when the spec doesn't say. */
export const SHUTDOWN_SECONDS = 60;

/** The words that both kinds know beside PVE's options. */
export const guestWords: readonly Word[] = [
  {
    name: 'vmid',
    help: 'Number of the guest in its cluster, 100 to 999999999; auto: it is known by its name, and a new one gets a free number.',
  },
  { name: 'node', help: 'PVE node to make it on; a guest that exists stays where it is.' },
  ...birthWords,
  { name: 'state', help: 'present (power left alone), running, stopped or absent.' },
  { name: 'timeout', help: `Seconds that a shutdown may take; ${SHUTDOWN_SECONDS} unless said.` },
  { name: 'forceStop', help: 'Stop it hard when the shutdown takes longer than that.' },
  {
    name: 'restart',
    help: 'if-needed: restart it when a change reaches it only so; never unless said. timeout and forceStop hold for it too.',
  },
  {
    name: 'purge',
    help: 'With absent: also drop it from backup jobs, replication and HA. What is replicated or managed by HA is not removed without it.',
  },
  {
    name: 'destroy-unreferenced-disks',
    help: 'With absent: also destroy disks of its number that lie on a storage and that its config does not name.',
  },
];

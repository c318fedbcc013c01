/**
 * What a PVE command sees of the node that it runs on. This file holds the interfaces only;
 * `createCluster` in `cluster.ts` builds machines in memory.
 */

/** One simulated node. */
export interface Machine {
  /** PVE's node name: `/etc/hostname`, the folder under `/etc/pve/nodes`. */
  readonly name: string;
  readonly cluster: Cluster;
  /** The node's files. `/etc/pve` is one tree that all members of the cluster share. */
  readonly files: FileTree;
  readonly volumes: Volumes;
  readonly processes: ProcessTable;
  /** Puts a file server's export at a path: the same files on every node that mounts it. */
  readonly mount: (path: string, name: string) => void;
  readonly traits: Traits;
  /** Locks local to this node: guests' config locks and those of local storages. */
  readonly locks: Locks;
  /** Unix time in whole seconds. */
  readonly clock: () => number;
  /**
   * Waits that many seconds of the machine's own time; a machine may be built so that its time runs faster (replay: at once,
   * the clock jumps). Resolves early when the signal aborts.
   */
  readonly sleep: (seconds: number, signal?: AbortSignal) => Promise<void>;
  readonly random: Random;
  readonly faults: Faults;
  /** How often it has lost its power: what was begun before is gone. */
  readonly powerCuts: () => number;
}

export interface Traits {
  /** False: `qm start` of a VM without `kvm: 0` fails, as in the recordings. */
  readonly kvm: boolean;
  readonly cpus: number;
  /** Bytes of RAM. */
  readonly memory: number;
  readonly pve: '8' | '9';
  /** False: VMs run no system that answers the power button, as in the recordings. */
  readonly guestsAnswer: boolean;
  /** Of the root directory; a backup of a container says if it is not a plain one. */
  readonly fileSystem: 'ext4' | 'overlay';
  /** What of PVE's own QEMU it lacks, as Debian's does; PVE's commands then fail halfway, as in the recordings. */
  readonly qemuLacks: ReadonlySet<QemuPart>;
  /** False: the kernel has no device mapper and there are no ZFS tools, as in the recordings. */
  readonly blockStorage: boolean;
  /** True: the node itself may not change AppArmor profiles nor grow a mounted file system, as in the recordings. */
  readonly confined: boolean;
  /**
   * `works`: PVE's own ifupdown2. `foreign`: Debian's, which PVE refuses. `withoutVlans`: ifreload fails on a kernel that knows no VLANs,
   * having done the rest. The last two are of the recordings.
   */
  readonly network: 'works' | 'foreign' | 'withoutVlans';
  /** Names and addresses of the file servers that the node reaches. */
  readonly servers: readonly string[];
  /** MiB that a copy of a disk, a backup or a migration moves in a second. */
  readonly copySpeed: number;
}

/** `zeroinit` of qemu-img convert, qemu-img's own `dd`, mirrors of a running VM's disks, QMP's `query-savevm`. */
export type QemuPart = 'zeroinit' | 'dd' | 'mirror' | 'savevm';

/** A corosync cluster, or a lone node (then `name` is undefined and there is one member). */
export interface Cluster {
  readonly name: string | undefined;
  readonly members: readonly Member[];
  /** By PVE node name, this node's own among them. */
  readonly machines: ReadonlyMap<string, Machine>;
  /** True if this partition has more than half of the votes; always true for a lone node. */
  readonly quorate: () => boolean;
  readonly isOnline: (node: string) => boolean;
  /** Locks that hold in the whole cluster (pmxcfs's: storage.cfg, shared storages, user.cfg, ...). */
  readonly locks: Locks;
}

export interface Member {
  readonly name: string;
  readonly id: number;
  readonly votes: number;
  readonly ip: string;
}

/**
 * Absolute POSIX paths; symbolic links are followed (`/etc/pve/qemu-server/100.conf` is this node's). Text is UTF-8; bytes that are
 * not come back as U+FFFD. In `/etc/pve` the entries `local`, `qemu-server`, `lxc` and `openvz` are links, and `.members`, `.vmlist`,
 * `.version` and `.rrd` are made when read.
 */
export interface FileTree {
  /** The text of a file; undefined if there is none, or if it is a directory. */
  readonly read: (path: string) => string | undefined;
  /**
   * Writes a whole file and makes missing parent directories. Throws FileError: EACCES ("Permission denied") under `/etc/pve`
   * without quorum, EISDIR, ENOTDIR. `mode` (e.g. 0o600) counts for a new file; under `/etc/pve` pmxcfs sets owner and mode.
   */
  readonly write: (path: string, text: string, mode?: number) => void;
  /** Removes a file, a link, or a directory with all below it; nothing there is no error. Throws FileError EACCES without quorum. */
  readonly remove: (path: string) => void;
  /** Moves a file or directory over what is there; how a guest's config changes its node. Throws FileError: EACCES, ENOENT. */
  readonly rename: (from: string, to: string) => void;
  readonly makeDirectory: (path: string) => void;
  /** Names in a directory, sorted; empty if there is no such directory. */
  readonly list: (directory: string) => readonly string[];
  readonly exists: (path: string) => boolean;
  readonly isDirectory: (path: string) => boolean;
}

/** What goes wrong with a file; `message` ends with the words of strerror, such as "Permission denied". */
export class FileError extends Error {
  readonly code: FileErrorCode;
  readonly path: string;
  constructor(code: FileErrorCode, path: string) {
    super(`${path}: ${STRERROR[code]}`);
    this.code = code;
    this.path = path;
  }
}

export type FileErrorCode = keyof typeof STRERROR;

/** The words of strerror(3) under LC_ALL=C. */
export const STRERROR = {
  EACCES: 'Permission denied',
  EEXIST: 'File exists',
  EINVAL: 'Invalid argument',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
} as const;

/**
 * Disk images, templates, backups: what has a size but no content. They are files of the same tree, so `ls` and `stat` show them, and a
 * file that a shell wrote is a volume too. An LVM-thin volume `local-lvm:vm-100-disk-0` of volume group `pve` is `/dev/pve/vm-100-disk-0`.
 */
export interface Volumes {
  /** Size in bytes; undefined if there is no such file. */
  readonly size: (path: string) => number | undefined;
  /** Makes the volume (and its directories), or gives it another size. */
  readonly set: (path: string, bytes: number) => void;
  readonly remove: (path: string) => void;
  readonly rename: (from: string, to: string) => void;
  /** All files below a directory, at any depth: path and size, sorted by path. */
  readonly list: (directory: string) => readonly { readonly path: string; readonly bytes: number }[];
}

/** The node's processes; `/proc/PID` and `/proc/net/unix` show them. Nothing else runs in them: they are entries. */
export interface ProcessTable {
  /** Starts a process and returns its PID. `sockets` are its abstract sockets (`@/var/lib/lxc/200/command`). */
  readonly spawn: (argv: readonly string[], options?: SpawnOptions) => number;
  /** Ends it and calls its `onKill`; false if there is no such process. Pid files are not touched, as on a real node. */
  readonly kill: (pid: number) => boolean;
  readonly get: (pid: number) => Process | undefined;
  readonly list: () => readonly Process[];
}

interface SpawnOptions {
  readonly sockets?: readonly string[];
  readonly onKill?: () => void;
}

export interface Process {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly sockets: readonly string[];
  /** Unix seconds. */
  readonly started: number;
}

/** Named locks; a lock that a fault holds is never free. Names as `Faults.lockHeld` takes them. */
export interface Locks {
  /** Waits up to `seconds` of the machine's time for the lock; resolves to its release, or undefined at the time-out or when aborted. */
  readonly take: (name: string, seconds: number, signal?: AbortSignal) => Promise<(() => void) | undefined>;
  /** The same, beside others that share it; who takes it waits for all of them. */
  readonly share: (name: string, seconds: number, signal?: AbortSignal) => Promise<(() => void) | undefined>;
}

/** Fresh values with PVE's shapes. A machine built with a seed gives the same row each time. */
export interface Random {
  /** Lower case, version 4. */
  readonly uuid: () => string;
  /** With PVE's prefix: `BC:24:11:XX:XX:XX`. */
  readonly mac: () => string;
  /** n lower-case hexadecimal digits. */
  readonly hex: (digits: number) => string;
}

/** What is broken on purpose, as far as a PVE command sees it. A lost quorum is `Cluster.quorate`; `Locks.take` sees held locks itself. */
export interface Faults {
  /** `100` for the config lock of guest 100, `storage/local-lvm` for that of a storage, `apt` for dpkg's. */
  readonly lockHeld: (name: string) => boolean;
  /** Nothing can be allocated on this storage. */
  readonly storageFull: (storage: string) => boolean;
  /** This task is to fail, and its command to exit 0 all the same. */
  readonly taskFails: (type: string, id: string) => boolean;
  /** Told in the middle of a task that nodes can be lost in. */
  readonly inMiddleOf: (type: string, id: string) => void;
  /** The server of this storage does not answer. */
  readonly storageOffline: (storage: string) => boolean;
}

/** What a command leaves. Strings hold text; they go over the wire as UTF-8. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** 0 to 255. */
  readonly exit: number;
}

export interface CommandInput {
  /** All of standard input, as text. */
  readonly stdin: string;
  /** The environment of the calling shell: under LC_ALL=C (or nothing set) PVE's Perl turns non-ASCII arguments into U+FFFD. */
  readonly env: Readonly<Record<string, string>>;
  /** Aborts when the connection is lost or the process is killed; a command should stop waiting then. */
  readonly signal: AbortSignal;
}

/** A program such as `qm`; `argv` is without the program's own name. A throw is a bug and shows as exit 255. */
export type PveCommand = (machine: Machine, argv: readonly string[], input: CommandInput) => Promise<Ran>;

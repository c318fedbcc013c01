/** What a task reads on a host before it decides: data, so that the reads of many tasks can go in one exec. */
export type HostRead =
  /** What is at a path ("~/x" and "~user/x" are from home directories), and what a link there leads to. */
  | {
      readonly read: 'path';
      readonly path: string;
      readonly content?: true;
      readonly hash?: Hash;
      /** Of a directory nothing counts but that it is there, its mode and its owner. */
      readonly only?: 'what';
    }
  /** All that is below a directory, itself left out. */
  | { readonly read: 'tree'; readonly path: string }
  /** Paths that a shell pattern fits. */
  | { readonly read: 'glob'; readonly pattern: string }
  /** A Debian package; what apt would install costs a third of a second, so it is said when that is asked for. */
  | {
      readonly read: 'package';
      readonly name: string;
      readonly candidate: 'always' | 'missing' | 'never';
    }
  /** Packages that an upgrade would touch; "dist": with new and removed ones. */
  | { readonly read: 'upgrades'; readonly how: 'upgrade' | 'dist-upgrade' | 'autoremove' }
  /** Whether a TCP port answers, seen from the host. */
  | {
      readonly read: 'port';
      readonly address: string;
      readonly port: number;
      readonly timeoutSeconds: number;
    }
  /** A unit of systemd. */
  | { readonly read: 'unit'; readonly name: string }
  /** What a command says that changes nothing; what it prints as errors is in it. */
  | { readonly read: 'output'; readonly argv: readonly string[]; readonly timeoutSeconds: number };

export type Hash = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';

/** What stat(2) says of a path. */
export interface Status {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Permissions with the three special bits. */
  readonly mode: number;
  /** All bits of st_mode. */
  readonly rawMode: number;
  readonly uid: number;
  readonly gid: number;
  readonly owner: string;
  readonly group: string;
  /** Bytes. */
  readonly size: number;
  readonly inode: number;
  readonly device: number;
  readonly links: number;
  /** Seconds since 1970. */
  readonly accessed: number;
  readonly modified: number;
  readonly changed: number;
}

export interface PathFacts {
  /** With a home directory put in. */
  readonly path: string;
  /** Undefined: nothing is there. */
  readonly status?: Status;
  /** Of a link: what it says. */
  readonly target?: string;
  /** What is there, links followed: undefined for a link to nothing. */
  readonly followed?: Status;
  /** The path with all links followed. */
  readonly real: string;
  readonly hash?: string;
  readonly content?: Buffer;
}

export interface PackageFacts {
  /** Undefined: not installed. */
  readonly version?: string;
  /** What apt would install; undefined: apt knows no such package, or it was not asked for. */
  readonly candidate?: string;
  /** Its files are gone, its configuration is not. */
  readonly configurationOnly: boolean;
}

/** Properties of a unit as `systemctl show` names them. */
export type UnitFacts = Readonly<Record<string, string>>;

/** What a host answered. Asking for what was not read is a bug. */
export interface Facts {
  /** The host's clock, in seconds since 1970. */
  readonly now: number;
  path(path: string): PathFacts;
  tree(path: string): readonly (Status & { readonly path: string })[];
  glob(pattern: string): readonly string[];
  package(name: string): PackageFacts;
  upgrades(how: 'upgrade' | 'dist-upgrade' | 'autoremove'): readonly string[];
  unit(name: string): UnitFacts;
  /** Of the command with this line; 124: it was not ready in time, 127: there is no such command. */
  output(argv: readonly string[]): { readonly exit: number; readonly text: string };
  isOpen(address: string, port: number): boolean;
}

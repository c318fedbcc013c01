import type { Finding } from '../pve/file-kind.ts';
import type { Linted } from './inspect-file.ts';

/** The files of one copy of /etc/pve, with what is known of its nodes beside them. */
export interface Tree {
  readonly files: readonly Linted[];
  /** Bridges that were live on a node, by the node's name; a node that is not known is not in it. */
  readonly bridges: ReadonlyMap<string, readonly string[]>;
  /** Names of nodes that are known to be members, beside those of the files. */
  readonly nodes: readonly string[];
}

/** Something wrong in one of its files. */
export type FoundAt = readonly [file: Linted, finding: Finding];

const guestPath = /^\/etc\/pve\/nodes\/[^/]+\/(?:qemu-server|lxc)\/(?<vmid>\d+)\.conf$/u;

/** The VMID of a guest's config. */
export function vmidOf({ source: { path } }: Linted): string | undefined {
  return guestPath.exec(path ?? '')?.groups?.['vmid'];
}

/** The node that a file is of. */
export function nodeOf({ source: { path, node } }: Linted): string | undefined {
  return node ?? /^\/etc\/pve\/nodes\/(?<node>[^/]+)\//u.exec(path ?? '')?.groups?.['node'];
}

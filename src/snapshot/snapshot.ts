/**
 * What is known of one cluster at one moment: the text of its files and the live state of its nodes.
 * Plain data; parsed on demand; no I/O after it is made. What could not be read is `unknown`,
 * never "stopped" or "absent", and what depends on it is not planned.
 */

/** Not read, and why: "pve3 did not answer". */
export interface Unknown {
  readonly unknown: string;
}

export function isUnknown(value: unknown): value is Unknown {
  return (
    typeof value === 'object' && value !== null && 'unknown' in value && typeof value.unknown === 'string'
  );
}

/** Package versions that decide what PVE can do, from dpkg's files. */
export interface Versions {
  readonly 'pve-manager': string;
  readonly 'qemu-server'?: string;
  readonly 'pve-container'?: string;
  readonly 'pve-ha-manager'?: string;
  readonly 'pve-cluster'?: string;
}

/** Live state of one node. */
export interface NodeState {
  /** Inventory name of the host that answered. */
  readonly host: string;
  readonly versions: Versions | Unknown;
  readonly kernel: string;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Seconds since boot. */
  readonly uptime: number;
  readonly bootId: string;
  /** VMIDs of guests that run on this node. */
  readonly running: { readonly vms: readonly number[]; readonly containers: readonly number[] } | Unknown;
  /** Names of live network interfaces; those that are bridges. */
  readonly interfaces: readonly string[];
  readonly bridges: readonly string[];
  /** Not there in surveys that older versions have saved. */
  readonly system?: NodeSystem;
}

/** What a node is beside Proxmox VE. */
export interface NodeSystem {
  /** As uname has it: "x86_64". */
  readonly machine: string;
  /** Of Debian: "13.1". */
  readonly debian?: string;
  /** Its name in /etc/hosts that has a domain: "pve1.example.com". */
  readonly fqdn?: string;
  /** Its clock when it answered. */
  readonly clock?: {
    /** Unix seconds. */
    readonly seconds: number;
    /** From UTC: "+0200". */
    readonly offset: string;
    readonly zone: string;
  };
  /** Addresses of global scope, each as "192.0.2.11/24". */
  readonly addresses: readonly { readonly link: string; readonly address: string }[];
  /** Where IPv4 leaves. */
  readonly gateway?: { readonly link: string; readonly address: string };
}

export interface Snapshot {
  /** Cluster name; a lone node's own name. */
  readonly cluster: string;
  /** Absent for a lone node, which has no quorum to lose. */
  readonly quorate?: boolean;
  /** Made of a plain copy of /etc/pve: no node can be asked, so a plan may be looked at, and never applied. */
  readonly copied?: true;
  /** Every member by PVE's node name; unknown when it is not in the inventory or did not answer. */
  readonly nodes: Readonly<Record<string, NodeState | Unknown>>;
  /** Absolute path → text, of /etc/pve (links resolved: nodes/pve1/qemu-server/100.conf). Unknown when no member could send it. */
  readonly files: Readonly<Record<string, string>> | Unknown;
  /** Files of each node's own that were read: PVE's node name → absolute path → text, secrets blanked (node-files.ts). */
  readonly nodeFiles?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** SHA-1 of the true text by path, taken on the node (secrets are blanked in `files`). */
  readonly digests: Readonly<Record<string, string>>;
  /** What stands before a secret in the text whose SHA-1 the blanked file has; missing where it is not known. */
  readonly secretSalt?: string;
}

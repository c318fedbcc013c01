import type { Position } from '../diagnostic.ts';

/** How to reach a host; made from variables in inventory/connection-options.ts and nowhere else. */
export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key file; without it the agent's keys and OpenSSH's default files are tried. */
  readonly keyFile?: string;
  /** known_hosts files, the first one given wins nothing: all are read. */
  readonly knownHosts: readonly string[];
}

/** One host of the inventory. */
export interface Node {
  /** The inventory's own name (alias) of the host; PVE may call it otherwise. */
  readonly name: string;
  /** Groups it is in, `all` first, then parents before children. */
  readonly groups: readonly string[];
  /** Group and host variables merged, nearest wins. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly connection: ConnectionOptions;
  readonly at?: Position;
}

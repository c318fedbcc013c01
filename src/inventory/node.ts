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
  /** Which of the above the inventory does not give: ssh_config is asked for them before what stands here is taken. */
  readonly assumed?: readonly ('port' | 'user' | 'knownHosts')[];
  /** Lines of ssh_config that are stronger than its files, as "ProxyJump bastion". */
  readonly sshOptions?: readonly string[];
  /** What connects: this process (ssh, the default), the system's ssh (openssh), or nothing (local). */
  readonly transport?: 'ssh' | 'openssh' | 'local';
  /** Where commands of a local one begin; the home of who runs this without it, as over SSH. */
  readonly directory?: string;
  /** For logging in; a function, so that nothing prints it. */
  readonly password?: () => string;
  /** As whom commands run, where that is not the user who logs in. */
  readonly become?: Become;
}

/** How to become another user on the node. */
export interface Become {
  readonly method: 'sudo' | 'su';
  readonly user: string;
  readonly password?: () => string;
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
  /** The inventory does not name it: this machine, as playbooks have it (inventory/localhost.ts). */
  readonly isImplicit?: true;
  readonly at?: Position;
}

/**
 * One kind of file that PVE keeps its configuration in, as lint, ls and export see it. Each kind's codec lives in a file
 * of its own (guest-config.ts, section-config.ts, interfaces.ts …) and exports one FileKind; file-kinds.ts lists them.
 */
export interface FileKind {
  /** "vm", "storage", "interfaces": what `lint --as` takes. */
  readonly kind: string;
  /** One line for help and docs. */
  readonly summary: string;
  /** Absolute paths, links resolved, where PVE keeps it. */
  readonly path: RegExp;
  /** Whether a text is likely of this kind when its path doesn't tell; certain, likely, or no. */
  readonly looksLike: (text: string) => 'certain' | 'likely' | 'no';
  /** Takes any text, never throws. */
  readonly inspect: (text: string) => Inspected;
}

export interface Inspected {
  /** The decoded value as JSON, for people and other programs. */
  readonly value: unknown;
  /** The value encoded again: equals the text, byte for byte. */
  readonly encoded: string;
  /** The value in PVE's normal form: equal (deeply) exactly when two texts mean the same to PVE. */
  readonly normal: unknown;
  readonly findings: readonly Finding[];
  /** Things of other files that this one mentions. */
  readonly refs: readonly Mention[];
  /** Things that this file defines. */
  readonly defines: readonly Mention[];
}

/** What is wrong in a file. An error is what PVE refuses or drops; what it takes but is odd is a warning. */
export interface Finding {
  /** From 1. */
  readonly line: number;
  readonly severity: 'error' | 'warning';
  /** Stable: "storage/unknown-option". */
  readonly code: string;
  /** "<what is>; <what is wanted>" */
  readonly message: string;
}

/** A thing by its kind and name, at a line: {kind: "storage", name: "local-lvm"}. Kinds: storage, bridge, guest, node, pool, user, group, role, realm, mac, zone, vnet, ipset, alias, security-group, ha-group, controller, ipam, dns, fabric. */
export interface Mention {
  readonly kind: string;
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** Of a name of the firewall that is written dc/NAME or guest/NAME: the only place where PVE looks for it. */
  readonly scope?: 'dc' | 'guest';
}

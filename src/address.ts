/**
 * The name of one thing in one cluster: "vm/100@prod", "bridge/vmbr0@prod/pve1".
 * A lone node's cluster is its node name. Made, parsed, printed and compared here only.
 */
export interface Address {
  readonly kind: string;
  readonly name: string;
  readonly cluster: string;
  /** PVE's node name, for things that exist once per node. */
  readonly node?: string;
}

/** A thing of the whole cluster, or of one node when `node` is given. */
export function address(kind: string, name: string | number, cluster: string, node?: string): Address {
  return node === undefined
    ? { kind, name: String(name), cluster }
    : { kind, name: String(name), cluster, node };
}

/** Text form; equal texts are the same thing. Kind, cluster and node never hold "/" or "@"; a name may hold both. */
export function formatAddress(at: Address): string {
  const scope = at.node === undefined ? at.cluster : `${at.cluster}/${at.node}`;
  return `${at.kind}/${at.name}@${scope}`;
}

/** Reads what formatAddress printed; undefined when the text is no address. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?<kind>[^/@]+)\/(?<name>.+)@(?<cluster>[^/@]+)(?:\/(?<node>[^/@]+))?$/su.exec(text);
  const { kind, name, cluster, node } = match?.groups ?? {};
  if (kind === undefined || name === undefined || cluster === undefined) return undefined;
  return address(kind, name, cluster, node);
}

export function sameAddress(a: Address, b: Address): boolean {
  return formatAddress(a) === formatAddress(b);
}

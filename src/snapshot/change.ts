import { createHash } from 'node:crypto';
import type { GuestEntry, GuestType } from './guests.ts';
import { oncePerSnapshot } from './files.ts';
import { guestConfigPath, guests, parseGuestConfigPath } from './guests.ts';
import type { NodeState, Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

const guestList = '/etc/pve/.vmlist';

/** A file's text, with its digest where a node has told it. */
export interface FileText {
  readonly text: string;
  readonly sha1?: string;
}

/**
 * The snapshot with that text in a file, or without the file. A guest's config keeps `.vmlist` and what runs in step.
 * Without `sha1` the digest is that of the text, unless a secret was blanked in it: then it is not known.
 */
export function withFile(
  snapshot: Snapshot,
  path: string,
  text: string | undefined,
  sha1?: string,
): Snapshot {
  const file = text === undefined ? null : { text, ...(sha1 !== undefined && { sha1 }) };
  return withFiles(snapshot, { [path]: file });
}

/** The same for several files at once; null: the file is not there. */
export function withFiles(snapshot: Snapshot, texts: Readonly<Record<string, FileText | null>>): Snapshot {
  if (isUnknown(snapshot.files)) return snapshot;
  const files = { ...snapshot.files };
  const digests = { ...snapshot.digests };
  const come: ConfigPlace[] = [];
  const gone: ConfigPlace[] = [];
  for (const [path, file] of Object.entries(texts)) {
    const guest = parseGuestConfigPath(path);
    if (guest !== undefined && (file === null) !== (files[path] === undefined))
      (file === null ? gone : come).push(guest);
    delete files[path];
    delete digests[path];
    if (file === null) continue;
    files[path] = file.text;
    const sha1 = file.sha1 ?? digestOf(file.text);
    if (sha1 !== undefined) digests[path] = sha1;
  }
  if (come.length + gone.length > 0) files[guestList] = guestListText(snapshot, come, gone);
  return gone.reduce((next, { node, type, vmid }) => withPower(next, node, type, vmid, false), {
    ...snapshot,
    files,
    digests,
  } as Snapshot);
}

type ConfigPlace = Pick<GuestEntry, 'vmid' | 'type' | 'node'>;

function digestOf(text: string): string | undefined {
  return text.includes('<secret') ? undefined : createHash('sha1').update(text).digest('hex');
}

/** The snapshot as if its cluster had no guests: small, however many there are. */
export const withoutGuests: (snapshot: Snapshot) => Snapshot = oncePerSnapshot((snapshot) => {
  if (isUnknown(snapshot.files)) return snapshot;
  const isOther = ([path]: readonly [string, string]): boolean => parseGuestConfigPath(path) === undefined;
  const others = Object.entries(snapshot.files).filter(isOther);
  return {
    ...snapshot,
    files: { ...Object.fromEntries(others), [guestList]: listText([]) },
    digests: Object.fromEntries(Object.entries(snapshot.digests).filter(isOther)),
  };
});

/** The snapshot with that guest on that node, and nowhere else; its config's digest is that of the text. */
export function withGuest(
  snapshot: Snapshot,
  { text, ...guest }: Pick<GuestEntry, 'vmid' | 'type' | 'node'> & { readonly text: string },
): Snapshot {
  const path = guestConfigPath(guest.vmid, guest.type, guest.node);
  const elsewhere = configPaths(snapshot, guest.vmid).filter((other) => other !== path);
  return withFile(
    elsewhere.reduce((before, other) => withFile(before, other, undefined), snapshot),
    path,
    text,
  );
}

/** The snapshot without that guest: neither config nor power. */
export function withoutGuest(snapshot: Snapshot, vmid: number): Snapshot {
  return configPaths(snapshot, vmid).reduce((before, path) => withFile(before, path, undefined), snapshot);
}

function configPaths(snapshot: Snapshot, vmid: number): readonly string[] {
  return isUnknown(snapshot.files)
    ? []
    : Object.keys(snapshot.files).filter((path) => parseGuestConfigPath(path)?.vmid === vmid);
}

/** `.vmlist` with some guests more, and some less. */
function guestListText(
  snapshot: Snapshot,
  come: readonly ConfigPlace[],
  gone: readonly ConfigPlace[],
): string {
  const known = guests(snapshot);
  const listed = new Map((isUnknown(known) ? [] : known).map((guest) => [guest.vmid, guest as ConfigPlace]));
  for (const { vmid } of gone) listed.delete(vmid);
  for (const guest of come) listed.set(guest.vmid, guest);
  return listText([...listed.values()]);
}

function listText(all: readonly ConfigPlace[]): string {
  const ids = all.map(({ vmid, type, node }) => [
    vmid,
    { node, type: type === 'vm' ? 'qemu' : 'lxc', version: 1 },
  ]);
  return `${JSON.stringify({ version: 1, ids: Object.fromEntries(ids) })}\n`;
}

/** The snapshot with that guest running, or not, on that node. */
export function withPower(
  snapshot: Snapshot,
  node: string,
  type: GuestType,
  vmid: number,
  running: boolean,
): Snapshot {
  const state = snapshot.nodes[node];
  if (state === undefined || isUnknown(state) || isUnknown(state.running)) return snapshot;
  const key = type === 'vm' ? 'vms' : 'containers';
  const others = state.running[key].filter((each) => each !== vmid);
  return withRunning(snapshot, node, { ...state.running, [key]: running ? [...others, vmid] : others });
}

/** The snapshot with these guests running on that node, and no others. */
export function withRunning(snapshot: Snapshot, node: string, running: NodeState['running']): Snapshot {
  const state = snapshot.nodes[node];
  return state === undefined || isUnknown(state)
    ? snapshot
    : { ...snapshot, nodes: { ...snapshot.nodes, [node]: { ...state, running } } };
}

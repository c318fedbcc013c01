import { createHash } from 'node:crypto';
import type { GuestEntry, GuestType } from './guests.ts';
import { guestConfigPath, guests, parseGuestConfigPath } from './guests.ts';
import type { NodeState, Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

const guestList = '/etc/pve/.vmlist';

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
  if (isUnknown(snapshot.files)) return snapshot;
  const files = { ...snapshot.files };
  const digests = { ...snapshot.digests };
  delete files[path];
  delete digests[path];
  if (text !== undefined) {
    files[path] = text;
    if (sha1 !== undefined) digests[path] = sha1;
    else if (!text.includes('<secret')) digests[path] = createHash('sha1').update(text).digest('hex');
  }
  const next = { ...snapshot, files, digests };
  const guest = parseGuestConfigPath(path);
  if (guest === undefined || (text === undefined) === (snapshot.files[path] === undefined)) return next;
  const listed = {
    ...next,
    files: { ...files, [guestList]: guestListText(snapshot, guest, text !== undefined) },
  };
  return text === undefined ? withPower(listed, guest.node, guest.type, guest.vmid, false) : listed;
}

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

/** `.vmlist` with one guest more, or less. */
function guestListText(
  snapshot: Snapshot,
  guest: Pick<GuestEntry, 'vmid' | 'type' | 'node'>,
  present: boolean,
): string {
  const known = guests(snapshot);
  const others = isUnknown(known) ? [] : known.filter(({ vmid }) => vmid !== guest.vmid);
  const all = present ? [...others, guest] : others;
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

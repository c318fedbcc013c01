import type { Parameters } from '../cli/getopt.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { addUnused } from '../qm/unused.ts';
import { readStorages } from '../storage/config.ts';
import { contentOf, type ContentRow } from '../storage/content.ts';
import type { GuestConfig, GuestKind } from './config.ts';
import { guestIds, refuseLocked } from './store.ts';

/** How VMs or containers do what rescanning asks of them. */
export interface RescanKind {
  readonly kind: GuestKind;
  /** What starts a line about a new unused volume, and what ends it. */
  readonly line: (vmid: string) => { readonly start: string; readonly end: string };
  readonly load: (session: Session, vmid: string) => GuestConfig;
  readonly save: (session: Session, vmid: string, config: GuestConfig) => void;
  /** Volumes that the guest's own options use. */
  readonly used: (config: GuestConfig) => ReadonlySet<string>;
  /** Writes the found sizes into the options, and says so; true if any was another. */
  readonly resize: (
    session: Session,
    vmid: string,
    config: GuestConfig,
    sizes: ReadonlyMap<string, number>,
  ) => boolean;
}

/** `rescan`: volumes that belong to a guest by name and that its config lacks become `unusedN`; sizes are set right. A qcow2 image's size is left alone, for the lab knows only the file's. */
export async function rescanGuests(of: RescanKind, session: Session, given: Parameters): Promise<void> {
  const isDry = given['dryrun'] === '1';
  if (isDry) session.print("NOTE: running in dry-run mode, won't write changes out!\n");
  session.print('rescan volumes...\n');
  const { machine } = session;
  for (const vmid of given['vmid'] === undefined ? guestIds(machine, of.kind) : [given['vmid']])
    await withGuestLock(session, of.kind, vmid, 10, () => rescanLocked(of, session, vmid, isDry));
}

/** The same for one guest, by a caller that holds its lock. Throws Failure. */
export function rescanLocked(of: RescanKind, session: Session, vmid: string, isDry: boolean): void {
  const { machine } = session;
  const content = of.kind === 'qemu' ? 'images' : 'rootdir';
  const config = of.load(session, vmid);
  refuseLocked(of.kind, config);
  const rows = readStorages(machine)
    .filter(
      (storage) =>
        !storage.disabled &&
        storage.content.has(content) &&
        (storage.nodes === undefined || storage.nodes.has(machine.name)),
    )
    .flatMap((storage) => contentOf(machine, storage, new Set(['images', 'rootdir']), vmid));
  const sizes = new Map(
    rows.filter(({ format }) => format !== 'qcow2').map(({ volume, bytes }) => [volume, bytes]),
  );
  const steps = [
    (): boolean => of.resize(session, vmid, config, sizes),
    (): boolean => addUnreferenced(of, session, vmid, config, rows),
  ];
  const done = (of.kind === 'qemu' ? steps : steps.toReversed()).map((step) => step());
  if (done.includes(true) && !isDry) of.save(session, vmid, config);
}

function addUnreferenced(
  of: RescanKind,
  session: Session,
  vmid: string,
  config: GuestConfig,
  rows: readonly ContentRow[],
): boolean {
  const used = of.used(config);
  let isAdded = false;
  for (const { volume } of rows) {
    const isHeld = [...config.main].some(([name, value]) => /^unused\d+$/.test(name) && value === volume);
    const isState = volume.includes(`vm-${vmid}-state-`);
    if (used.has(volume) || isHeld || isState) continue;
    addUnused(config.main, volume);
    const name = [...config.main].find(([, value]) => value === volume)?.[0] ?? '';
    const { start, end } = of.line(vmid);
    session.print(`${start} add unreferenced volume '${volume}' as '${name}' to config${end}\n`);
    isAdded = true;
  }
  return isAdded;
}

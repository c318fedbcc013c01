import type { Parameters } from '../cli/getopt.ts';
import type { GuestConfig } from '../guest/config.ts';
import { refuseWithoutQuorum } from '../guest/store.ts';
import { splitList } from '../formats/values.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { DRIVE_NAMES, isCloudinit, parseDrive } from './drive.ts';
import { loadVm, saveVm } from './store.ts';

/** Options whose changes PVE notes until cloud-init's drive is made anew (cloudinit_pending_properties in PVE/QemuServer.pm). */
const NOTED =
  /^(?:name|net\d+|ipconfig\d+|citype|ciuser|cipassword|ciupgrade|cicustom|searchdomain|nameserver|sshkeys)$/;

/** Whether a VM has a cloud-init drive. */
export function hasCloudinit(config: GuestConfig): boolean {
  return DRIVE_NAMES.some((name) => {
    const drive = parseDrive(name, config.main.get(name) ?? '');
    return drive !== undefined && isCloudinit(drive);
  });
}

/** Notes in `[special:cloudinit]` what an option was when the drive was made ($cloudinit_record_changed). */
export function noteChange(config: GuestConfig, name: string, after: string | undefined): void {
  if (!NOTED.test(name) || !hasCloudinit(config)) return;
  const before = config.main.get(name);
  if (before === undefined && after === undefined) return;
  const notes = config.special.get('cloudinit') ?? new Map<string, string>();
  const added = new Set(splitList(notes.get('added') ?? ''));
  const noted = notes.get(name);
  if (noted !== undefined) {
    if (after === noted) {
      notes.delete(name);
      added.delete(name);
    }
  } else if (added.has(name)) {
    if (after === undefined) added.delete(name);
  } else if (before === undefined) {
    added.add(name);
  } else {
    notes.set(name, before);
  }
  notes.delete('added');
  if (added.size > 0) notes.set('added', [...added].toSorted().join(','));
  if (notes.size > 0) config.special.set('cloudinit', notes);
  else config.special.delete('cloudinit');
}

/** `qm cloudinit update` (PVE::API2::Qemu cloudinit_update): makes the drive anew; without a drive nothing. Throws Failure. */
export async function updateCloudinit(session: Session, { vmid = '' }: Parameters): Promise<void> {
  loadVm(session, vmid);
  await withGuestLock(session, 'qemu', vmid, 10, () => {
    refuseWithoutQuorum(session.machine);
    const config = loadVm(session, vmid);
    if (!hasCloudinit(config) || !config.special.delete('cloudinit')) return;
    saveVm(session, vmid, config);
  });
}

import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { refuseLocked } from '../guest/store.ts';
import { withGuestLock } from '../locks.ts';
import type { Session } from '../session.ts';
import { parseDrive, printDrive } from './drive.ts';
import { runningPid } from './run-state.ts';
import { loadVm, saveVm } from './store.ts';

/** `qm enroll-efi-keys`: adds Microsoft's certificates of 2023 to EFI variables that had the older ones (PVE/CLI/qm.pm). Throws Failure. */
export async function enrollEfiKeys(session: Session, { vmid = '' }: Parameters): Promise<void> {
  const config = loadVm(session, vmid);
  refuseLocked('qemu', config);
  if (runningPid(session.machine, vmid) !== undefined) die(`VM ${vmid} is running`);
  if (config.main.get('template') === '1') die(`VM ${vmid} is a template`);
  const text = config.main.get('efidisk0') ?? die(`VM ${vmid} has no EFI disk configured`);
  const drive = parseDrive('efidisk0', text);
  if (drive === undefined || drive['pre-enrolled-keys'] !== '1' || drive['ms-cert'] === '2023k') {
    session.print('skipping - no pre-enrolled keys or already got ms-cert=2023k marker\n');
    return;
  }
  session.print('efidisk0: enrolling Microsoft UEFI CA 2023\n');
  await withGuestLock(session, 'qemu', vmid, 10, () => {
    const locked = loadVm(session, vmid);
    locked.main.set('efidisk0', printDrive('efidisk0', { ...drive, 'ms-cert': '2023k' }));
    saveVm(session, vmid, locked);
    session.print('successfully updated efidisk\n');
  });
}

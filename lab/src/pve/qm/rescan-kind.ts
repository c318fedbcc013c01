import { formatSize } from '../formats/values.ts';
import type { RescanKind } from '../guest/rescan.ts';
import { isCdrom, isDriveName, parseDrive, printDrive } from './drive.ts';
import { loadVm, saveVm } from './store.ts';

/** `qm disk rescan` (PVE::QemuServer::update_disk_config). */
export const VM_RESCAN: RescanKind = {
  kind: 'qemu',
  line: (vmid) => ({ start: `VM ${vmid}`, end: '' }),
  load: loadVm,
  save: saveVm,
  used: ({ main }) =>
    new Set(
      [...main].flatMap(([name, text]) =>
        isDriveName(name) ? (parseDrive(name, text)?.['file'] ?? []) : [],
      ),
    ),
  resize: (session, vmid, { main }, sizes) => {
    let isChanged = false;
    for (const [name, text] of main) {
      const drive = isDriveName(name) ? parseDrive(name, text) : undefined;
      const bytes = sizes.get(drive?.['file'] ?? '');
      if (drive === undefined || isCdrom(drive) || bytes === undefined || bytes === 0) continue;
      const before = Number(drive['size'] ?? 0);
      if (before === bytes) continue;
      main.set(name, printDrive(name, { ...drive, size: String(bytes) }));
      session.print(
        `VM ${vmid} (${name}): size of disk '${drive['file']}' updated from ${formatSize(before)} to ${formatSize(bytes)}\n`,
      );
      isChanged = true;
    }
    return isChanged;
  },
};

import type { Session } from '../session.ts';
import type { GuestKind } from './config.ts';
import { removeFromPools } from './pools.ts';
import { purgeFromBackupJobs, purgeFromHa } from './references.ts';
import { removeConfig } from './store.ts';

/** The end of a destroy, once its volumes are gone: what else is about the guest, and last its config. */
export function forgetGuest(session: Session, kind: GuestKind, vmid: string, purge: boolean): void {
  const { machine } = session;
  const [label, type] = kind === 'qemu' ? ['VM', 'vm'] : ['CT', 'ct'];
  removeFromPools(machine, vmid);
  machine.files.remove(`/etc/pve/firewall/${vmid}.fw`);
  if (purge) {
    session.print(`purging ${label} ${vmid} from related configurations..\n`);
    purgeFromBackupJobs(machine, vmid);
    if (purgeFromHa(machine, `${type}:${vmid}`))
      session.print(`NOTE: removed ${label} ${vmid} from HA resource configuration.\n`);
  }
  removeConfig(machine, kind, vmid);
}

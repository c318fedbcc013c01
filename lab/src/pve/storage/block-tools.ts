import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { readStorages } from './config.ts';

/** What LVM's tools write where the kernel has no device mapper. */
const NO_DEVICE_MAPPER = `  /dev/mapper/control: open failed: No such device
  Failure to communicate with kernel device-mapper driver.
  Check that device-mapper is available in the kernel.
  Incompatible libdevmapper 1.02.205 (2025-02-27) and kernel driver (unknown version).
`;

function complain(session: Session): void {
  if (!session.machine.traits.blockStorage) session.warn(NO_DEVICE_MAPPER);
}

/** The volume groups of a node: that of the installer, and those in which there are volumes. */
export function volumeGroups(session: Session): ReadonlySet<string> {
  complain(session);
  return groupsOf(session);
}

function groupsOf({ machine }: Session): ReadonlySet<string> {
  if (!machine.traits.blockStorage) return new Set();
  return new Set(machine.files.list('/dev').filter((name) => machine.files.isDirectory(`/dev/${name}`)));
}

/** Looks for volume groups anew; what goes wrong is only a warning. */
export function scanGroups(session: Session): void {
  complain(session);
  if (!session.machine.traits.blockStorage)
    session.warn("command '/sbin/vgscan --ignorelockingfailure --mknodes' failed: exit code 5\n");
}

const LVS =
  '/sbin/lvs --separator : --noheadings --units b --unbuffered --nosuffix --config \'report/time_format="%s"\' --options vg_name,lv_name,lv_size,lv_attr,pool_lv,data_percent,metadata_percent,snap_percent,uuid,tags,metadata_size,time';

/** The thin pools of a volume group. Throws Failure for a group that is not there. */
export function thinPools(session: Session, group: string): readonly string[] {
  complain(session);
  if (!groupsOf(session).has(group)) {
    session.warn(`  Volume group "${group}" not found\n  Cannot process volume group ${group}\n`);
    die(`command '${LVS} ${group}' failed: exit code 5`);
  }
  return poolsOf(session, group);
}

/** The pool `data` is the installer's; others are there because a storage of this node says so. */
function poolsOf({ machine }: Session, group: string): readonly string[] {
  const named = readStorages(machine)
    .filter(({ type, disabled, options }) => type === 'lvmthin' && !disabled && options['vgname'] === group)
    .map(({ options }) => options['thinpool'] ?? '');
  return [...new Set([...(group === 'pve' ? ['data'] : []), ...named])];
}

/** Makes a thin pool usable. Throws Failure if it is not there. */
export function activatePool(session: Session, group: string, pool: string): void {
  complain(session);
  if (!groupsOf(session).has(group) || !poolsOf(session, group).includes(pool))
    die(`no such logical volume ${group}/${pool}`);
}

/** Runs one of ZFS's programs, of which no simulated node has a pool. Throws Failure: `error`, or that the program is missing. */
export function runZfs(session: Session, command: string, error: string): never {
  if (session.machine.traits.blockStorage) die(error);
  die(`open3: exec of ${command} failed: No such file or directory at /usr/share/perl5/PVE/Cmd.pm line 174.`);
}

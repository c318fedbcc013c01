import { reloadInterfaces } from '../../node/interfaces.ts';
import { die } from '../failure.ts';
import { runTask, type Session, type TaskEnd } from '../session.ts';
import { isTrue, textOf } from './interface.ts';
import { CURRENT, readInterfaces, STAGED } from './network-api.ts';

/** PVE takes its own ifupdown2 only. Throws Failure. */
export function assertIfupdown({ machine }: Session): void {
  if (machine.traits.network === 'foreign')
    die("incompatible 'ifupdown2' package version '3.0.0-1.3'! Did you install from Proxmox repositories?");
}

/** PUT /nodes/{node}/network: what is staged comes to hold, and the node's interfaces follow. Throws Failure. */
export async function reloadNetwork(session: Session): Promise<TaskEnd> {
  assertIfupdown(session);
  return runTask(session, 'srvreload', 'networking', () => {
    applyStaged(session);
  });
}

/** What the task does. Throws Failure. */
export function applyStaged(session: Session): void {
  const { files } = session.machine;
  if (files.exists(STAGED)) files.rename(STAGED, CURRENT);
  reloadInterfaces(session.machine);
  if (session.machine.traits.network === 'withoutVlans') {
    for (const line of vlanErrors(session)) session.print(`${line} \n`);
    die("command 'ifreload -a' failed: exit code 1");
  }
}

/** What ifreload says of VLANs on a kernel that has none. */
function vlanErrors({ machine }: Session): readonly string[] {
  const why = "operation failed with 'Operation not supported' (95)";
  return [...readInterfaces(machine).ifaces].flatMap(([name, iface]) => {
    if (isTrue(iface['bridge_vlan_aware']))
      return [`${name} : error: ${name}: netlink: cannot create bridge or set attributes: ${why}`];
    if (iface['type'] !== 'vlan') return [];
    return [
      `netlink : error: netlink: ${name}: cannot create vlan ${name} ${textOf(iface['vlan-id'])}: ${why}`,
    ];
  });
}

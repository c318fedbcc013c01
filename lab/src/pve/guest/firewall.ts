import type { Machine } from '../../machine.ts';

/** A clone gets a copy of the guest's firewall file (PVE::Firewall::clone_vmfw_conf). */
export function cloneFirewall({ files }: Machine, from: string, to: string): void {
  const text = files.read(`/etc/pve/firewall/${from}.fw`);
  if (text === undefined) files.remove(`/etc/pve/firewall/${to}.fw`);
  else files.write(`/etc/pve/firewall/${to}.fw`, text);
}

import type { Machine } from '../../machine.ts';

/** The node on which a guest's config lies, anywhere in the cluster; undefined if there is no such guest. */
export function guestNode({ files }: Machine, vmid: string): string | undefined {
  return files
    .list('/etc/pve/nodes')
    .find((node) =>
      ['qemu-server', 'lxc'].some((folder) => files.exists(`/etc/pve/nodes/${node}/${folder}/${vmid}.conf`)),
    );
}

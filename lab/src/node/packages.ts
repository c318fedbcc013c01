import type { Traits } from '../machine.ts';

const PVE_9: Readonly<Record<string, string>> = {
  corosync: '3.1.9-2+deb13u1',
  ifupdown2: '3.3.0-1+pmx11',
  'libpve-access-control': '9.1.1',
  'libpve-common-perl': '9.2.1',
  'libpve-guest-common-perl': '6.0.2',
  'libpve-network-perl': '1.3.0',
  'libpve-storage-perl': '9.1.7',
  'lxc-pve': '6.0.4-1',
  lxcfs: '6.0.4-pve1',
  'proxmox-ve': '9.2.0',
  'pve-cluster': '9.1.6',
  'pve-container': '6.1.10',
  'pve-firewall': '6.0.4',
  'pve-ha-manager': '5.2.0',
  'pve-manager': '9.2.11',
  'pve-qemu-kvm': '10.0.13-1',
  'qemu-server': '9.2.6',
};

/** Not recorded; the versions of a PVE 8.4 as its public repository had them. */
const PVE_8: Readonly<Record<string, string>> = {
  corosync: '3.1.9-pve1',
  ifupdown2: '3.2.0-1+pmx11',
  'libpve-access-control': '8.2.2',
  'libpve-common-perl': '8.3.4',
  'libpve-guest-common-perl': '5.2.2',
  'libpve-network-perl': '0.11.2',
  'libpve-storage-perl': '8.3.7',
  'lxc-pve': '6.0.0-1',
  lxcfs: '6.0.0-pve2',
  'proxmox-ve': '8.4.0',
  'pve-cluster': '8.1.2',
  'pve-container': '5.3.0',
  'pve-firewall': '5.1.2',
  'pve-ha-manager': '4.0.7',
  'pve-manager': '8.4.14',
  'pve-qemu-kvm': '9.2.0-7',
  'qemu-server': '8.4.4',
};

/** Package versions of a node: for 9 those of the recordings. */
export function packageVersions(pve: Traits['pve']): Readonly<Record<string, string>> {
  return pve === '9' ? PVE_9 : PVE_8;
}

/** The kernel's release, as `uname -r` says it. */
export function kernelRelease(pve: Traits['pve']): string {
  return pve === '9' ? '6.17.13-1-pve' : '6.8.12-15-pve';
}

/** `/var/lib/dpkg/status`. */
export function dpkgStatus(pve: Traits['pve']): string {
  const base = { bash: '5.2.37-2+b5', coreutils: '9.7-3', dash: '0.5.12-12', 'openssh-server': '1:10.0p1-7' };
  return Object.entries({ ...base, ...packageVersions(pve) })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, version]) =>
      [
        `Package: ${name}`,
        'Status: install ok installed',
        'Priority: optional',
        'Section: admin',
        'Maintainer: Proxmox Support Team <support@proxmox.com>',
        'Architecture: amd64',
        `Version: ${version}`,
        `Description: ${name}`,
        '',
        '',
      ].join('\n'),
    )
    .join('');
}

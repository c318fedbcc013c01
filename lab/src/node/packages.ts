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

/** The kernel of a fresh node, and the newer one that its repository has. */
const KERNELS = {
  '8': { series: '6.8', installed: '6.8.12-15', offered: '6.8.12-15' },
  '9': { series: '6.17', installed: '6.17.13-1', offered: '6.17.15-1' },
} as const;

function kernelPackages(series: string, version: string): Readonly<Record<string, string>> {
  return { [`proxmox-kernel-${series}`]: version, [`proxmox-kernel-${version}-pve-signed`]: version };
}

/** What PVE's repository offers for a release: what a fresh node has, and some that are newer. */
export function offeredByPve(pve: Traits['pve']): Readonly<Record<string, string>> {
  const { series, offered } = KERNELS[pve];
  const newer =
    pve === '9' ? { 'pve-manager': '9.2.12', 'qemu-server': '9.2.7' } : { 'pve-manager': '8.4.16' };
  return { ...packageVersions(pve), ...kernelPackages(series, offered), ...newer };
}

const DEBIAN = {
  '8': { bash: '5.2.15-2+b7', chrony: '4.3-2+deb12u1', coreutils: '9.1-1', dash: '0.5.12-2', htop: '3.2.2-2', 'openssh-server': '1:9.2p1-2+deb12u7' },
  '9': { bash: '5.2.37-2+b5', chrony: '4.6.1-3', coreutils: '9.7-3', dash: '0.5.12-12', htop: '3.4.1-5', 'openssh-server': '1:10.0p1-7' },
} as const; // prettier-ignore

/** What Debian's repository offers beneath that release. */
export function offeredByDebian(pve: Traits['pve']): Readonly<Record<string, string>> {
  return DEBIAN[pve];
}

/** Package versions of a node: for 9 those of the recordings. */
export function packageVersions(pve: Traits['pve']): Readonly<Record<string, string>> {
  return pve === '9' ? PVE_9 : PVE_8;
}

/** The kernel's release, as `uname -r` says it. */
export function kernelRelease(pve: Traits['pve']): string {
  return `${KERNELS[pve].installed}-pve`;
}

/** `/var/lib/dpkg/status`. */
export function dpkgStatus(pve: Traits['pve']): string {
  const { htop: _htop, ...base } = DEBIAN[pve];
  const { series, installed } = KERNELS[pve];
  return printDpkgStatus({ ...base, ...packageVersions(pve), ...kernelPackages(series, installed) });
}

/** Its text for these packages, all of them installed. */
export function printDpkgStatus(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
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

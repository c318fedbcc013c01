import { die } from '../failure.ts';
import { splitList } from './values.ts';
import { matching, type Verifier } from './verifier.ts';

/** How many of each device a VM can boot from (PVE/QemuServer/Drive.pm, Network.pm, USB.pm, PCI.pm). */
const BOOT_DEVICES: Readonly<Record<string, number>> = {
  ide: 4,
  scsi: 31,
  virtio: 16,
  sata: 6,
  net: 32,
  usb: 14,
  hostpci: 16,
};

/** Whether PVE can put this device into `boot: order=`. */
export function isBootDevice(name: string): boolean {
  const match = /^([a-z]+)(0|[1-9]\d*)$/.exec(name);
  return match !== null && Number(match[2]) < (BOOT_DEVICES[match[1] ?? ''] ?? 0);
}

function verifyBootDevice(value: string): void {
  if (!isBootDevice(value)) die(`invalid boot device '${value}'`);
}

function verifyBootDisk(value: string): void {
  const isDrive =
    value === 'efidisk0' ||
    value === 'tpmstate0' ||
    (isBootDevice(value) && !/^(net|usb|hostpci)/.test(value));
  if (!isDrive) die(`invalid boot disk '${value}'`);
}

/** What can be changed on a running VM, from a `hotplug` option: `1` is PVE's default, `0` nothing. Throws Failure. */
export function hotplugFeatures(value: string): ReadonlySet<string> {
  if (value === '0') return new Set();
  const features = splitList(value === '1' ? 'network,disk,usb' : value);
  for (const feature of features) {
    if (!/^(network|disk|cpu|memory|usb|cloudinit)$/.test(feature))
      die(`invalid hotplug feature '${feature}'`);
  }
  return new Set(features);
}

function verifyStartup(value: string): void {
  const parts = value.split(',').filter((part) => !/^\s*$/.test(part));
  const right =
    value !== '' && value !== '0' && parts.every((part) => /^((order=)?\d+|up=\d+|down=\d+)$/.test(part));
  if (!right) die('unable to parse startup options');
}

function verifyCpuSet(value: string): void {
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(value)) die('unable to parse cpuset option');
}

function verifyMountPath(value: string): void {
  if (/\/\.\.?\//.test(value) || /\/\.\.?$/.test(value) || value.startsWith('../'))
    die(`${value} contains illegal character sequences`);
}

function verifyDevicePath(value: string): void {
  if (/\/\.\.?(\/|$)/.test(value) || !value.startsWith('/dev/')) die(`${value} is not a valid device path`);
}

function verifyTimezone(value: string): void {
  const known = value === 'host' || value === 'UTC' || Intl.supportedValuesOf('timeZone').includes(value);
  if (!known) die(`invalid time zone '${value}'`);
}

/** Formats of guests' options. Source: PVE/QemuServer.pm, PVE/LXC/Config.pm, PVE/JSONSchema.pm. */
export const GUEST_VERIFIERS: Readonly<Record<string, Verifier>> = {
  'pve-qm-bootdev': verifyBootDevice,
  'pve-qm-bootdisk': verifyBootDisk,
  'pve-hotplug-features': (value) => void hotplugFeatures(value),
  'pve-startup-order': verifyStartup,
  'pve-cpuset': verifyCpuSet,
  'pve-lxc-mp-string': verifyMountPath,
  'pve-lxc-dev-string': verifyDevicePath,
  'pve-ct-timezone': verifyTimezone,
  'pve-phys-bits': (value) => {
    const right = value === 'host' || (/^\d{1,2}$/.test(value) && Number(value) >= 8 && Number(value) <= 64);
    if (!right) die("value must be an integer between 8 and 64 or 'host'");
  },
  'pve-qm-cpu-flags': matching(
    /^[+-][a-zA-Z0-9\-_.]+(;[+-][a-zA-Z0-9\-_.]+)*$/,
    () => 'value does not match the regex pattern',
  ),
};

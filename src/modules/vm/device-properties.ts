import type { Property } from '../property.ts';
import { rows } from '../property.ts';
import { diskEffect, netEffect, netRisk, usbEffect } from './effects.ts';

/** Disks, cards and other devices of a VM. */
export const deviceProperties: readonly Property[] = [
  ...rows(diskEffect, {
    'scsi[n]': ['disk', 'SCSI disk or CD drive.'],
    'virtio[n]': ['disk', 'VirtIO disk.'],
    'sata[n]': ['disk', 'SATA disk or CD drive.'],
    'ide[n]': ['disk', 'IDE disk, CD drive or cloud-init drive: local-lvm:cloudinit.'],
  }),
  ...rows('restart', {
    efidisk0: ['disk', "Disk for OVMF's settings; PVE decides its size."],
    tpmstate0: ['disk', 'Disk for the state of a TPM; PVE decides its size.'],
  }),
  {
    name: 'net',
    indexed: true,
    shape: 'property-string',
    effect: netEffect,
    risk: netRisk,
    help: 'Network card; a MAC address that is not named is kept.',
  },
  ...rows(usbEffect, { 'usb[n]': ['property-string', "USB device of the node, or SPICE's."] }),
  ...rows('restart', {
    audio0: ['property-string', 'Sound card.'],
    'hostpci[n]': ['property-string', 'PCI device of the node, by its address or by a mapping.'],
    ivshmem: ['property-string', 'Memory that it shares with the node or other VMs.'],
    'parallel[n]': ['scalar', 'Parallel port of the node.'],
    rng0: ['property-string', 'Random numbers from the node.'],
    'serial[n]': ['scalar', 'Serial port: socket, or a device of the node.'],
    spice_enhancements: ['property-string', 'Additions to SPICE.'],
    vga: ['property-string', 'Graphics card.'],
    'virtiofs[n]': ['property-string', 'Directory of the node, by its mapping.'],
    watchdog: ['property-string', 'Watchdog device.'],
  }),
  {
    name: 'cdrom',
    shape: 'disk',
    effect: 'now',
    refused: 'PVE keeps it as ide2: write ide2 instead.',
    help: 'Old name of ide2.',
  },
  {
    name: 'unused',
    indexed: true,
    shape: 'disk',
    effect: 'now',
    refused:
      'PVE itself lists here what is detached. To attach it, name its volume in a slot: scsi1: { file: VOLUME }. Only null can be declared, which destroys it.',
    removable: true,
    help: 'Volume that is not attached. null destroys it, with --allow-destroy.',
  },
];

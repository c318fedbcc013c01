import type { Property } from '../property.ts';
import { rows } from '../property.ts';
import { cloudInitProperties } from './cloud-init-properties.ts';
import { deviceProperties } from './device-properties.ts';
import { agentEffect, balloonEffect, byFeature, hotplugEffect } from './effects.ts';

/** Without an effect on the VM that runs ($fast_plug_option in QemuServer.pm). */
const plain = rows('now', {
  name: ['scalar', 'Name of the VM, a DNS name.'],
  description: ['text', 'Notes, any text.'],
  tags: ['scalar', 'Tags, a list.'],
  onboot: ['scalar', 'Start with the node.'],
  startup: ['property-string', 'Order and delays of start and shutdown.'],
  protection: ['scalar', 'Refuse to remove the VM and its disks.'],
  hookscript: [
    'scalar',
    'Script of a snippets storage that PVE runs at starts and stops: local:snippets/x.sh.',
  ],
  migrate_downtime: ['scalar', 'Seconds that a migration may pause the VM.'],
  migrate_speed: ['scalar', 'MiB/s that a migration may take; 0 is no limit.'],
  shares: ['scalar', 'Share of memory for automatic ballooning; 0 leaves the balloon to you.'],
  vmstatestorage: ['scalar', 'Storage for the memory of snapshots and of hibernation.'],
});

const cpuAndMemory: readonly Property[] = [
  ...rows('restart', {
    cores: ['scalar', 'Cores per socket.'],
    sockets: ['scalar', 'CPU sockets.'],
    cpu: ['property-string', 'CPU type and flags.'],
    affinity: ['scalar', "The node's cores that it runs on: 0,5,8-11."],
    numa: ['scalar', 'Show NUMA nodes to the VM; memory hotplug needs it.'],
    'numa[n]': ['property-string', 'One NUMA node of the VM.'],
    hugepages: ['scalar', 'Take its memory from huge pages.'],
    keephugepages: ['scalar', 'Keep the huge pages when it stops.'],
    'allow-ksm': ['scalar', 'Let the node merge equal pages of memory.'],
    'amd-sev': ['property-string', 'Encrypted memory on AMD.'],
    'intel-tdx': ['property-string', 'Trusted domain on Intel.'],
    smp: ['scalar', 'Old name of sockets.'],
  }),
  ...rows('now', {
    cpulimit: ['scalar', 'CPUs that it may use at most, like 1.5; 0 is no limit.'],
    cpuunits: ['scalar', 'Its weight among guests that want the CPU.'],
  }),
  ...rows(byFeature('memory'), { memory: ['property-string', 'Memory in MiB.'] }),
  ...rows(byFeature('cpu'), { vcpus: ['scalar', 'CPUs that are plugged in at the start; 0 is all.'] }),
  ...rows(balloonEffect, {
    balloon: ['scalar', 'Memory in MiB that ballooning may leave; 0 removes the balloon device.'],
  }),
];

/** Windows gets a version pinned, which removing it would not undo for long (check_and_pin_machine_string). */
const isPinnedForWindows = (text: string, ostype: string): boolean =>
  /^(?:type=)?pc-i440fx-[\d.]+(?:\+pve\d+)?$/u.test(text) && ostype.startsWith('w');

const machine: readonly Property[] = [
  ...rows('restart', {
    acpi: ['scalar', 'ACPI.'],
    arch: ['scalar', 'Architecture of its CPU.'],
    args: ['text', 'Arguments for QEMU itself.'],
    autostart: ['scalar', 'Start again after a crash; PVE passes it over.'],
    bios: ['scalar', 'SeaBIOS, or OVMF for UEFI.'],
    boot: ['property-string', 'Boot order: order=scsi0;net0.'],
    bootdisk: ['scalar', 'Old way to name the disk to boot from.'],
    freeze: ['scalar', 'Start it with its CPU stopped.'],
    keyboard: ['scalar', 'Keyboard layout of VNC.'],
    kvm: ['scalar', 'Hardware virtualization.'],
    localtime: ['scalar', "Its clock has the node's local time; the guest's kind decides unless said."],
    ostype: ['scalar', 'Guest operating system.'],
    reboot: ['scalar', 'Let it reboot; else it stops.'],
    scsihw: ['scalar', 'SCSI controller.'],
    smbios1: ['property-string', 'What its SMBIOS says; an id that is not named is kept.'],
    startdate: ['scalar', 'Its clock at the start.'],
    tdf: ['scalar', 'Correct time drift.'],
    vmgenid: ['scalar', 'Generation id; 1 is any that PVE makes, 0 is none.'],
  }),
  {
    name: 'machine',
    shape: 'property-string',
    effect: 'restart',
    isGiven: isPinnedForWindows,
    help: 'Kind of machine: q35, pc, with a version to pin it. null leaves Windows the version that PVE pins.',
  },
  ...rows(agentEffect, { agent: ['property-string', 'QEMU guest agent.'] }),
  ...rows(hotplugEffect, { hotplug: ['scalar', 'What is plugged in while it runs: network,disk,usb.'] }),
  ...rows(byFeature('usb'), { tablet: ['scalar', 'USB tablet, for the pointer in VNC.'] }),
];

const refused: readonly Property[] = [
  {
    name: 'lock',
    shape: 'scalar',
    effect: 'now',
    refused: "It is PVE's own sign that a task works on the VM. When nothing does: qm unlock VMID",
    help: 'Lock that a task of PVE holds.',
  },
  {
    name: 'template',
    shape: 'scalar',
    effect: 'now',
    refused: 'As a word of the spec it is known: template: yes.',
    help: 'It is a template.',
  },
];

/** Options of `qm` in PVE's own words. */
export const vmProperties: readonly Property[] = [
  ...plain,
  ...cpuAndMemory,
  ...machine,
  ...deviceProperties,
  ...cloudInitProperties,
  ...refused,
];

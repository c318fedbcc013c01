import type { Mismatch } from '../guest/guest-kind.ts';
import { hotplugs } from './effects.ts';

/** What PVE refuses of a VM's options together: at a set (API2/Qemu.pm, QemuServer/Machine.pm) or at its next start (QemuServer/Memory.pm). */
export function refuseTogether(options: Readonly<Record<string, string>>): readonly Mismatch[] {
  const found: Mismatch[] = [];
  const isOn = (option: string): boolean => /^(?:1|on|yes|true)$/iu.test(options[option] ?? '');
  found.push(...numaMismatches(options, isOn('numa')));
  if (hotplugs('memory', new Map(Object.entries(options))) && !isOn('numa'))
    found.push({
      option: 'hotplug',
      with: 'numa',
      message: 'memory can only be plugged into a VM with numa: 1, and it has none; it would not start',
    });
  const memory = memoryOf(options);
  const balloon = Number(options['balloon'] ?? 0);
  if (balloon > memory)
    found.push({
      option: 'balloon',
      with: 'memory',
      message: `balloon ${balloon} is more than memory ${memory}; no more than memory is wanted`,
    });
  const cpus = Number(options['sockets'] ?? 1) * Number(options['cores'] ?? 1);
  if (Number(options['vcpus'] ?? 0) > cpus)
    found.push({
      option: 'vcpus',
      with: 'cores',
      message: `vcpus ${options['vcpus']} is more than the ${cpus} that sockets and cores make; no more is wanted`,
    });
  const machine = options['machine'] ?? '';
  const isQ35 = /^(?:type=)?(?:pc-)?q35/u.test(machine);
  // QemuServer/PCI.pm print_hostpci_devices
  const express = Object.keys(options).find(
    (option) =>
      /^hostpci\d+$/u.test(option) && /(?:^|,)pcie=(?:1|on|yes|true)(?:,|$)/iu.test(options[option] ?? ''),
  );
  if (express !== undefined && !isQ35)
    found.push({
      option: express,
      with: 'machine',
      message: `${express} has pcie=1, which wants machine q35, and it has ${machine === '' ? 'the default one' : machine}; it would not start`,
    });
  if (/viommu=intel/u.test(machine) && !isQ35)
    found.push({
      option: 'machine',
      with: 'machine',
      message: `machine ${machine} has Intel's vIOMMU, which only q35 has; q35 or another one is wanted`,
    });
  return found;
}

/** What its NUMA nodes have must be the memory that it starts with (QemuServer/Memory.pm config). */
function numaMismatches(options: Readonly<Record<string, string>>, isOn: boolean): readonly Mismatch[] {
  const nodes = Object.keys(options).filter((option) => /^numa\d$/u.test(option));
  const [first] = nodes;
  if (!isOn || first === undefined) return [];
  if (hotplugs('memory', new Map(Object.entries(options))))
    return [
      {
        option: 'hotplug',
        with: first,
        message: `memory can't be plugged into a VM with NUMA nodes of its own (${nodes.join(', ')}); it would not start`,
      },
    ];
  const parts = nodes.map((node) =>
    Number(/(?:^|,)memory=(?<mib>\d+)/u.exec(options[node] ?? '')?.groups?.['mib']),
  );
  const memory = memoryOf(options);
  const sum = parts.reduce((before, each) => before + each, 0);
  if (sum === memory || Number.isNaN(sum)) return [];
  return [
    {
      option: 'memory',
      with: first,
      message: `memory ${memory} is not the ${sum} that ${nodes.join(', ')} ${nodes.length === 1 ? 'has' : 'have'} together; it would not start`,
    },
  ];
}

/** MiB */
const memoryOf = (options: Readonly<Record<string, string>>): number =>
  Number(/(?:^|=)(?<mib>\d+)/u.exec(options['memory'] ?? '512')?.groups?.['mib']);

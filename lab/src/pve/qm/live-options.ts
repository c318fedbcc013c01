import { parseProperties } from '../cli/verify.ts';
import { die } from '../failure.ts';
import type { GuestConfig } from '../guest/config.ts';
import { parametersOf } from '../schema/parameters.ts';
import { memoryOf } from './memory.ts';
import { skip } from './skip.ts';

/** MiB that a VM with memory hotplug starts with; none of it can be unplugged (PVE/QemuServer/Memory.pm). */
const STATIC_MEMORY = 1024;

/** Whether USB devices come and go while the VM runs (is_usb_hotplug_supported in PVE/QemuServer.pm). */
export function takesUsb(config: GuestConfig, features: ReadonlySet<string>): boolean {
  const ostype = config.main.get('ostype') ?? '';
  const [, major, minor] = /-(\d+)\.(\d+)/.exec(config.main.get('machine') ?? '') ?? [];
  const isOld = major !== undefined && Number(major) * 100 + Number(minor) < 701;
  return features.has('usb') && !isOld && (ostype === 'l26' || /^win(8|10|11)$/.test(ostype));
}

/** Plugs CPUs in or out (qemu_cpu_hotplug). Throws Failure for more than the VM has. */
export function plugCpus(config: GuestConfig, value: string): void {
  const count = (name: string): number => Number(config.main.get(name) ?? 1);
  if (Number(value) > count('sockets') * count('cores')) die("you can't add more vcpus than maxcpus");
}

/** Plugs memory in or out (qemu_memory_hotplug). Throws Failure for less than what is fixed. */
export function plugMemory(config: GuestConfig, value: string): void {
  if (memoryOf(value) === memoryOf(config.main.get('memory'))) return;
  if (memoryOf(value) < STATIC_MEMORY) die(`memory can't be lower than ${STATIC_MEMORY} MB`);
}

/** Of the agent only fstrim_cloned_disks changes while the VM runs (vmconfig_update_agent). */
export function updateAgent(config: GuestConfig, value: string): void {
  const before = config.main.get('agent');
  if (before === undefined) skip();
  const format = parametersOf('PUT /nodes/{node}/qemu/{vmid}/config')['agent']?.format;
  if (format === undefined || typeof format === 'string') throw new Error("'agent' has no properties");
  // What is disabled has no properties (parse_guest_agent).
  const [old, now] = [before, value].map((text) => {
    const agent = parseProperties(format, text);
    return agent['enabled'] === '1' ? agent : {};
  });
  const keys = Object.keys({ ...old, ...now }).filter((key) => key !== 'fstrim_cloned_disks');
  if (keys.some((key) => old?.[key] !== now?.[key])) skip();
}

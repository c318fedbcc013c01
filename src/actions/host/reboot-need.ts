import { nextKernel } from '../../pve/kernel.ts';
import type { Facts, HostRead } from './facts.ts';

const RUNNING = '/proc/sys/kernel/osrelease';
const IMAGES = '/boot/vmlinuz-*';
/** The pin for one boot wins over the lasting one. */
const PINS = ['/etc/kernel/next-boot-pin', '/etc/kernel/proxmox-boot-pin'];
/** Debian's packages leave it when they want a reboot. */
const REQUIRED = '/run/reboot-required';

/** What has to be read to say whether a node needs a reboot. */
export const rebootReads: readonly HostRead[] = [
  { read: 'path', path: RUNNING, content: true },
  { read: 'glob', pattern: IMAGES },
  ...PINS.map((path) => ({ read: 'path', path, content: true }) as const),
  { read: 'path', path: REQUIRED },
];

export interface RebootNeed {
  readonly running: string;
  /** The kernel that it would boot; the running one where no other is known. */
  readonly next: string;
  /** Why it needs a reboot; undefined: it needs none. */
  readonly why?: string;
}

export function rebootNeed(facts: Facts): RebootNeed {
  const running = facts.path(RUNNING).content?.toString().trim() ?? '';
  const pins = PINS.map((path) => facts.path(path).content?.toString());
  const next = nextKernel(facts.glob(IMAGES), pins) ?? running;
  const why =
    next === running
      ? facts.path(REQUIRED).followed === undefined
        ? undefined
        : `${REQUIRED} is there`
      : `it runs kernel ${running}, and ${next} is installed`;
  return { running, next, ...(why !== undefined && { why }) };
}

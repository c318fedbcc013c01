import type { GuestKind, Section } from './config.ts';

/** A network card as the guest's own system sees it. */
export interface Card {
  /** Inside the guest: `eth0`. */
  readonly name: string;
  /** Lower case. */
  readonly mac: string;
  readonly addresses: readonly CardAddress[];
}

export interface CardAddress {
  readonly family: 'ipv4' | 'ipv6';
  readonly ip: string;
  readonly prefix: number;
  /** False for what only neighbours reach. */
  readonly isGlobal: boolean;
}

/**
 * The cards of a running guest. Static addresses are those of its config (a VM's need a cloud-init drive); a VM that says nothing asks for
 * one, as most systems do. The lab's DHCP server gives 10.100.0.100/16 to the first card of guest 100, 10.101.0.100/16 to the second.
 */
export function cardsOf(kind: GuestKind, vmid: string, section: Section): readonly Card[] {
  const hasCloudinit = [...section.values()].some((value) =>
    /^[^,]*cloudinit[^,]*,.*media=cdrom/.test(value),
  );
  return [...section]
    .flatMap(([key, text]) => {
      const index = /^net(\d+)$/.exec(key)?.[1];
      return index === undefined ? [] : [{ index: Number(index), net: valuesOf(text) }];
    })
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, net }) => {
      const mac = (net.get('hwaddr') ?? [...net.values()].find(isMac) ?? '').toLowerCase();
      const ipconfig = hasCloudinit ? valuesOf(section.get(`ipconfig${index}`) ?? '') : DHCP;
      const wanted = kind === 'lxc' ? net : ipconfig;
      const isUp = net.get('link_down') !== '1' && isMac(mac);
      return {
        name: net.get('name') ?? `eth${index}`,
        mac,
        addresses: isUp
          ? [...addresses4(wanted.get('ip'), index, vmid), linkLocal(mac), ...addresses6(wanted.get('ip6'))]
          : [],
      };
    });
}

const DHCP: ReadonlyMap<string, string> = new Map([['ip', 'dhcp']]);

function valuesOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').flatMap((part) => {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(part) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  );
}

function isMac(text: string): boolean {
  return /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text);
}

function addresses4(wanted: string | undefined, index: number, vmid: string): readonly CardAddress[] {
  if (wanted === undefined || wanted === 'manual') return [];
  if (wanted !== 'dhcp') return [cidr('ipv4', wanted)];
  const host = Number(vmid) % 65_536;
  const ip = `10.${100 + index}.${host >> 8}.${host & 255}`;
  return [{ family: 'ipv4', ip, prefix: 16, isGlobal: true }];
}

/** Nobody in the lab gives out IPv6 addresses. */
function addresses6(wanted: string | undefined): readonly CardAddress[] {
  return wanted?.includes('/') === true ? [cidr('ipv6', wanted)] : [];
}

function cidr(family: CardAddress['family'], text: string): CardAddress {
  const [ip = '', prefix] = text.split('/');
  return { family, ip, prefix: Number(prefix), isGlobal: true };
}

/** The address that a system makes of the MAC (RFC 4291, appendix A). */
function linkLocal(mac: string): CardAddress {
  const [first = 0, ...rest] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const bytes = [first ^ 2, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)];
  const groups = [0, 2, 4, 6].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16));
  return { family: 'ipv6', ip: `fe80::${groups.join(':')}`, prefix: 64, isGlobal: false };
}

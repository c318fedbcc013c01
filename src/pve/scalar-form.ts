import { ipForm } from './ip-address.ts';
import { decodeText, encodeUri } from './percent-text.ts';
import type { PropertySchema } from './schema/property-schema.ts';
import { formatSize, parseSize } from './size.ts';
import { splitList } from './text-list.ts';

/** 1 or 0 for every spelling PVE takes, in any case (PVE::JSONSchema parse_boolean); undefined for other text. */
export function parseBoolean(text: string): '0' | '1' | undefined {
  if (text === '0' || text === '1') return text;
  if (/^(?:1|on|yes|true)$/iu.test(text)) return '1';
  if (/^(?:0|off|no|false)$/iu.test(text)) return '0';
  return undefined;
}

/**
 * One spelling for all texts that mean the same value to PVE, for a value that is no property string.
 * Text that is not of its type is returned as it is.
 */
export function scalarForm(schema: PropertySchema, text: string): string {
  const { type, format } = schema;
  if (type === 'boolean') return parseBoolean(text) ?? text;
  if (type === 'integer') return integerForm(text);
  // is_number in PVE::JSONSchema; Perl then computes with a double, as JavaScript does.
  if (type === 'number')
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(text) ? String(Number(text)) : text;
  return typeof format === 'string' ? (formats[format]?.(text) ?? text) : text;
}

function integerForm(text: string): string {
  if (/^[1-9]\d*$/u.test(text) || !/^[+-]?\d+$/u.test(text)) return text;
  return BigInt(text.replace(/^\+/u, '')).toString();
}

/** By format name; undefined for text that the format does not take. */
const formats: Readonly<Record<string, (text: string) => string | undefined>> = {
  // Bytes and units are one value; print_property_string writes it back by format_size.
  'disk-size': (text) => {
    const bytes = parseSize(text);
    return bytes === undefined ? undefined : formatSize(bytes);
  },
  // pve_verify_mac_addr takes both cases; PVE's own are upper case (PVE::Tools random_ether_addr).
  'mac-addr': (text) => text.toUpperCase(),
  // Sorted, in lower case, each once: what PVE makes of them at every set (PVE::GuestHelpers get_unique_tags).
  'pve-tag-list': (text) => sortedSet(text.toLowerCase()).join(';'),
  // "0" is none, "1" is the default (QemuServer.pm parse_hotplug_features).
  'pve-hotplug-features': (text) => {
    if (text === '0') return text;
    return sortedSet(text === '1' ? 'network,disk,usb' : text).join(',') || '0';
  },
  'pve-cpuset': cpuSet,
  // Lists whose order has a meaning: only the separators are free.
  'address-list': (text) => splitList(text).map(ipForm).join(' '),
  'dns-name-list': (text) => splitList(text).join(' '),
  'lxc-ip-with-ll-iface-list': (text) => splitList(text).map(ipForm).join(' '),
  'pve-configid-list': (text) => splitList(text).join(','),
  'pve-qm-bootdev-list': (text) => splitList(text).join(';'),
  ipv6: ipForm,
  'pve-ipv6-config': ipForm,
  'pve-ipv4-config': ipForm,
  // The same text can be escaped in more ways than one; what is read is the text (URI::Escape).
  urlencoded: (text) => encodeUri(decodeText(text)),
};

const sortedSet = (text: string): readonly string[] => [...new Set(splitList(text))].sort(byBytes);

const byBytes = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Ranges joined and in order, as PVE::CpuSet short_string writes them; undefined when it takes no such text. */
function cpuSet(text: string): string | undefined {
  const ranges: [number, number][] = [];
  for (const part of text.split(',')) {
    const { from, to } = /^\s*(?<from>\d+)(?:-(?<to>\d+))?\s*$/u.exec(part)?.groups ?? {};
    const range: [number, number] = [Number(from), Number(to ?? from)];
    if (from === undefined || range[1] < range[0]) return undefined;
    ranges.push(range);
  }
  ranges.sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

import { refusedByFormat } from './formats.ts';
import { isIpv4, isIpv6 } from './ip-address.ts';
import { splitList } from './text-list.ts';

/** Formats that only options of sections have; each with the file that registers it. */
interface TextFormat {
  readonly takes: (text: string) => boolean;
  readonly wanted: string;
}

const byPattern = (pattern: RegExp, wanted: string): TextFormat => ({
  takes: (text) => pattern.test(text),
  wanted,
});

/** Why PVE refuses the text, "an absolute path is wanted"; undefined when it takes it or nobody knows the format. */
export function refusedBySectionFormat(name: string, text: string): string | undefined {
  const single = name.replace(/-list$/u, '');
  const format = Object.hasOwn(formats, single) ? formats[single] : undefined;
  if (format === undefined) return undefined;
  const parts = name === single ? [text] : splitList(text);
  const wrong = parts.find((part) => !format.takes(part));
  if (wrong === undefined) return undefined;
  return `${format.wanted} is wanted${wrong === text ? '' : `, not "${wrong}"`}`;
}

const isServer = (text: string): boolean =>
  isIpv4(text) || isIpv6(text) || refusedByFormat('dns-name', text) === undefined;

/** PVE::Tools parse_host_and_port: a port follows a ":", or a "." behind a bare IPv6 address. */
function isPortal(text: string): boolean {
  if (/^[a-z0-9.-]+(?::\d+)?$/iu.test(text)) return true;
  const inside = /^\[(?<inside>[a-z0-9.:-]+)\](?::\d+)?$/iu.exec(text)?.groups?.['inside'];
  return inside !== undefined || isIpv6(text) || isIpv6(text.replace(/\.\d+$/u, ''));
}

const formats: Readonly<Record<string, TextFormat>> = {
  // pve-storage PVE/Storage/Plugin.pm
  'pve-storage-content': byPattern(
    /^(?:images|rootdir|vztmpl|iso|backup|snippets|none|import)$/u,
    'one of images, rootdir, vztmpl, iso, backup, snippets, import and none',
  ),
  'pve-storage-path': byPattern(/^\/[^;()]+/u, 'an absolute path'),
  'pve-storage-server': { takes: isServer, wanted: 'an IP address or DNS name' },
  'pve-storage-vgname': byPattern(/^[a-z0-9][a-z0-9\-_.]*[a-z0-9]$/iu, 'the name of a volume group or pool'),
  'pve-storage-portal-dns': { takes: isPortal, wanted: 'an IP address or DNS name, with a port or not' },
  'pve-storage-options': byPattern(/^\S+$/u, 'mount options without white space'),
  'pve-dir-override': byPattern(
    /^(?:images|rootdir|vztmpl|iso|backup|snippets|none|import)=./u,
    'CONTENT=DIRECTORY, like iso=custom/iso',
  ),
  // pve-access-control PVE/Auth/Plugin.pm
  'pve-realm': byPattern(/^[A-Za-z][A-Za-z0-9.\-_]+$/u, 'the name of a realm'),
  'pve-userid': byPattern(/^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/u, 'a user like root@pam'),
  // pve-ha-manager PVE/HA/Tools.pm
  'pve-ha-node': byPattern(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?::\d+)?$/iu,
    'the name of a node, with ":PRIORITY" or not',
  ),
  'pve-ha-resource-id': byPattern(/^[a-z]+:\S+$/u, 'an HA resource like vm:100'),
  // pve-network PVE/Network/SDN
  'pve-sdn-fabric-id': byPattern(/^[a-z0-9][a-z0-9-]{0,6}[a-z0-9]?$/iu, 'the name of a fabric'),
  'pve-sdn-isis-net': byPattern(/^[a-f0-9]{2}(?:\.[a-f0-9]{4}){3,9}\.[a-f0-9]{2}$/iu, 'an IS-IS network'),
  'pve-sdn-bgp-rt': byPattern(/^\d+:\d+$/u, 'a route target like 65000:100'),
  // pve-manager PVE/Status/Graphite.pm
  'graphite-path': byPattern(
    /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/iu,
    'names divided by "."',
  ),
};

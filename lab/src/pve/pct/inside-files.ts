import type { Machine } from '../../machine.ts';
import { splitList } from '../formats/values.ts';
import type { GuestConfig, Section } from '../guest/config.ts';
import { parseNet } from './network.ts';

type Files = Readonly<Record<string, string>>;

/** Where the lab keeps what was put into a container. */
function folderOf(vmid: string): string {
  return `/var/lib/pvefleet-lab/lxc/${vmid}`;
}

/** Puts a file into a container. */
export function keepInside({ files }: Machine, vmid: string, path: string, text: string): void {
  files.write(`${folderOf(vmid)}${path}`, text);
}

/** What was put into a container goes with it. */
export function dropInside({ files }: Machine, vmid: string): void {
  files.remove(folderOf(vmid));
}

/** The files in a container that PVE writes at each start (PVE::LXC::Setup, Debian's way), and those that were put there. */
export function filesInside(machine: Machine, vmid: string, { main }: GuestConfig): Files {
  const domains = main.get('searchdomain') ?? hostResolver(machine, 'search').join(' ');
  return {
    '/etc/hostname': `${namePart(main)}\n`,
    '/etc/hosts': `127.0.0.1 localhost\n${marked(`::1 localhost.localnet localhost\n${ownHost(main, domains)}`)}`,
    '/etc/resolv.conf': marked(resolver(machine, main, domains)),
    '/etc/network/interfaces': interfaces(main),
    ...kept(machine, vmid),
  };
}

function kept({ files, volumes }: Machine, vmid: string): Files {
  const folder = folderOf(vmid);
  return Object.fromEntries(
    volumes.list(folder).map(({ path }) => [path.slice(folder.length), files.read(path) ?? '']),
  );
}

const marked = (text: string): string => `# --- BEGIN PVE ---\n${text}# --- END PVE ---\n`;

function hostname(main: Section): string {
  return main.get('hostname') ?? 'localhost';
}

function namePart(main: Section): string {
  return hostname(main).replace(/\..*$/, '');
}

/** The container's own line, with the address of the first interface that has a fixed one. */
function ownHost(main: Section, domains: string): string {
  const name = hostname(main);
  const names = name.includes('.')
    ? [name, namePart(main)]
    : [...splitList(domains).map((domain) => `${name}.${domain}`), name];
  const address = nets(main)
    .flatMap(({ ip, ip6 }) => [ip, ip6])
    .find((one) => one?.includes('/'));
  if (address !== undefined) return `${address.replace(/\/.*$/, '')} ${names.join(' ')}\n`;
  return `127.0.1.1 ${namePart(main) === 'localhost' ? 'localhost' : names.join(' ')}\n`;
}

function resolver(machine: Machine, main: Section, domains: string): string {
  const servers = main.get('nameserver');
  const search = splitList(domains).join(' ');
  return [
    ...(search === '' ? [] : [`search ${search}\n`]),
    ...(servers === undefined ? hostResolver(machine, 'nameserver').slice(0, 3) : splitList(servers)).map(
      (server) => `nameserver ${server}\n`,
    ),
  ].join('');
}

/** What the node's own resolv.conf says. */
function hostResolver({ files }: Machine, key: string): readonly string[] {
  return (files.read('/etc/resolv.conf') ?? '')
    .split('\n')
    .flatMap((line) => (line.startsWith(`${key} `) ? line.split(/\s+/).slice(1) : []));
}

interface Net {
  readonly name: string;
  readonly ip: string | undefined;
  readonly gw: string | undefined;
  readonly ip6: string | undefined;
  readonly gw6: string | undefined;
}

function nets(main: Section): readonly Net[] {
  return [...main]
    .filter(([name]) => /^net\d+$/.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, text]) => {
      const { name = '', ip, gw, ip6, gw6 } = parseNet(text);
      return { name, ip, gw, ip6, gw6 };
    });
}

function interfaces(main: Section): string {
  const own = nets(main)
    .filter(({ ip, ip6 }) => ip !== undefined || ip6 !== undefined)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, ip, gw, ip6, gw6 }) =>
      [`auto ${name}\n`, family(name, 'inet', ip, gw), family(name, 'inet6', ip6, gw6)].join(''),
    );
  return `# interfaces(5)\nauto lo\niface lo inet loopback\n\n${own.join('')}`;
}

function family(name: string, kind: string, ip: string | undefined, gateway: string | undefined): string {
  if (ip === undefined) return '';
  if (!ip.includes('/')) return `iface ${name} ${kind} ${ip}\n\n`;
  const route = gateway === undefined ? '' : `\tgateway ${gateway}\n`;
  return `iface ${name} ${kind} static\n\taddress ${ip}\n${route}\n`;
}

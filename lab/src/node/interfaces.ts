import type { FileTree, Machine } from '../machine.ts';

/** A network interface as `/sys/class/net` shows it. */
export interface Interface {
  readonly name: string;
  readonly mac: string;
  readonly isBridge: boolean;
  /** The bridge that it is a port of. */
  readonly bridge: string | undefined;
  /** `up`, or `unknown` for what has no carrier of its own. */
  readonly state: string;
}

const SYS = '/sys/class/net';
const CONFIG = '/etc/network/interfaces';

interface Stanza {
  readonly name: string;
  readonly body: string;
}

/** The stanzas of `/etc/network/interfaces` and of the files that it sources. */
function stanzasOf({ files }: Machine): readonly Stanza[] {
  const text = files.read(CONFIG) ?? '';
  const sourced = [...text.matchAll(/^\s*source\s+(\S+)\/\*\s*$/gm)].flatMap(([, folder = '']) =>
    files.list(folder).map((name) => files.read(`${folder}/${name}`) ?? ''),
  );
  return [text, ...sourced].flatMap((each) =>
    [...each.matchAll(/^iface (\S+).*\n((?:[ \t]+\S.*\n?)*)/gm)].map(([, name = '', body = '']) => ({
      name,
      body,
    })),
  );
}

/** Brings the interfaces of `/etc/network/interfaces` up, as at boot: files under `/sys/class/net`. */
export function bringUpInterfaces(machine: Machine): void {
  const stanzas = stanzasOf(machine);
  const ports = portsOf(stanzas);
  for (const { name, body } of stanzas) bringUp(machine, name, body, ports);
}

/** Applies the file to what is up: what is new comes, bridges, bonds and VLANs that are gone go; the rest keeps its address. */
export function reloadInterfaces(machine: Machine): void {
  const stanzas = stanzasOf(machine).filter(({ name }) => canBeMade(machine, name));
  const ports = portsOf(stanzas);
  for (const { name, isBridge } of liveInterfaces(machine))
    if (!stanzas.some((stanza) => stanza.name === name) && (isBridge || /^bond\d+$|\./.test(name)))
      machine.files.remove(`${SYS}/${name}`);
  for (const { name, body } of stanzas)
    if (!machine.files.isDirectory(`${SYS}/${name}`)) bringUp(machine, name, body, ports);
}

/** A VLAN needs a kernel that knows VLANs. */
function canBeMade({ traits }: Machine, name: string): boolean {
  return traits.network !== 'withoutVlans' || !/\.\d+$|^vlan\d+$/.test(name);
}

/** Which bridge each port is of. */
function portsOf(stanzas: readonly Stanza[]): ReadonlyMap<string, string> {
  return new Map(
    stanzas.flatMap(({ name, body }) =>
      (/^\s*bridge[-_]ports (.*)$/m.exec(body)?.[1]?.split(/\s+/) ?? [])
        .filter((port) => port !== 'none' && port !== '')
        .map((port): [string, string] => [port, name]),
    ),
  );
}

function bringUp(
  { files, random }: Machine,
  name: string,
  body: string,
  ports: ReadonlyMap<string, string>,
): void {
  const mac = macOf(files, name, ports) ?? `02:${random.hex(10).replace(/(..)(?=.)/g, '$1:')}`;
  const isBridge = /^\s*bridge[-_]ports /m.test(body);
  const hasPorts = [...ports.values()].includes(name);
  files.write(`${SYS}/${name}/address`, `${mac.trim()}\n`);
  files.write(
    `${SYS}/${name}/mtu`,
    `${name === 'lo' ? 65_536 : (/^\s*mtu (\d+)/m.exec(body)?.[1] ?? 1500)}\n`,
  );
  files.write(`${SYS}/${name}/operstate`, name === 'lo' || (isBridge && !hasPorts) ? 'unknown\n' : 'up\n');
  if (isBridge) files.write(`${SYS}/${name}/bridge/stp_state`, '0\n');
  const bridge = ports.get(name);
  if (bridge !== undefined) {
    files.write(`${SYS}/${bridge}/brif/${name}/state`, '3\n');
    files.write(`${SYS}/${name}/brport/state`, '3\n');
  }
}

/** A bridge has the address of its first port. */
function macOf(files: FileTree, name: string, ports: ReadonlyMap<string, string>): string | undefined {
  if (name === 'lo') return '00:00:00:00:00:00';
  const other = ports.get(name) ?? [...ports].find(([, bridge]) => bridge === name)?.[0];
  return other === undefined ? undefined : files.read(`${SYS}/${other}/address`);
}

/** The live interfaces, `lo` first. */
export function liveInterfaces({ files }: Machine): readonly Interface[] {
  const names = files.list(SYS);
  const ports = new Map(
    names.flatMap((name) => files.list(`${SYS}/${name}/brif`).map((port): [string, string] => [port, name])),
  );
  return [...names]
    .sort((a, b) => Number(b === 'lo') - Number(a === 'lo') || (a < b ? -1 : 1))
    .map((name) => ({
      name,
      mac: (files.read(`${SYS}/${name}/address`) ?? '').trim(),
      isBridge: files.isDirectory(`${SYS}/${name}/bridge`),
      bridge: ports.get(name),
      state: (files.read(`${SYS}/${name}/operstate`) ?? 'up').trim(),
    }));
}

/** The IPv4 address that the file gives an interface, as `10.0.0.1/24`. */
export function addressOf(machine: Machine, wanted: string): string | undefined {
  return stanzasOf(machine)
    .filter(({ name }) => name === wanted)
    .map(({ body }) => /^\s*address (\d[\d.]*\/\d+)/m.exec(body)?.[1])
    .find((address) => address !== undefined);
}

import type { Machine } from '../machine.ts';

/** A network interface as `/sys/class/net` shows it. */
export interface Interface {
  readonly name: string;
  readonly mac: string;
  readonly isBridge: boolean;
  /** The bridge that it is a port of. */
  readonly bridge: string | undefined;
}

const SYS = '/sys/class/net';

/** Brings the interfaces of `/etc/network/interfaces` up, as at boot: files under `/sys/class/net`. */
export function bringUpInterfaces({ files, random }: Machine): void {
  const text = files.read('/etc/network/interfaces') ?? '';
  const stanzas = [...text.matchAll(/^iface (\S+) .*\n((?:[ \t]+\S.*\n?)*)/gm)];
  const ports = new Map<string, string>();
  for (const [, name = '', body = ''] of stanzas) {
    const listed = /^\s*bridge[-_]ports (.*)$/m.exec(body)?.[1]?.split(/\s+/) ?? [];
    for (const port of listed.filter((each) => each !== 'none' && each !== '')) ports.set(port, name);
  }
  for (const [, name = '', body = ''] of stanzas) {
    const mac = name === 'lo' ? '00:00:00:00:00:00' : `02:${random.hex(10).replace(/(..)(?=.)/g, '$1:')}`;
    const isBridge = /^\s*bridge[-_]ports /m.test(body);
    files.write(`${SYS}/${name}/address`, `${mac}\n`);
    files.write(`${SYS}/${name}/mtu`, name === 'lo' ? '65536\n' : '1500\n');
    files.write(`${SYS}/${name}/operstate`, name === 'lo' ? 'unknown\n' : 'up\n');
    if (isBridge) files.write(`${SYS}/${name}/bridge/stp_state`, '0\n');
    const bridge = ports.get(name);
    if (bridge !== undefined) {
      files.write(`${SYS}/${bridge}/brif/${name}/state`, '3\n');
      files.write(`${SYS}/${name}/brport/state`, '3\n');
    }
  }
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
    }));
}

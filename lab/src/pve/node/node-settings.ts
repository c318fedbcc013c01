import { isIP } from 'node:net';
import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { digestOf } from '../guest/config.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';

const RESOLV = '/etc/resolv.conf';
const HOSTS = '/etc/hosts';
const TIMEZONE = '/etc/timezone';

/** GET /nodes/{node}/dns. */
export function dnsData({ machine }: Session): Json {
  const lines = (machine.files.read(RESOLV) ?? '').split('\n');
  const search = lines.map((line) => /^(?:search|domain)\s+(\S+)/.exec(line)?.[1]).findLast((each) => each);
  const servers = lines.flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []).slice(0, 3);
  return {
    ...(search === undefined ? {} : { search }),
    ...Object.fromEntries(servers.map((server, at) => [`dns${at + 1}`, server])),
  };
}

/** PUT /nodes/{node}/dns: other lines stay behind. */
export function setDns({ machine }: Session, { search = '', dns1, dns2, dns3 }: Parameters): void {
  const servers = new Set(
    [dns1, dns2, dns3].filter((server) => server !== undefined && server !== '0.0.0.0'),
  );
  const others = (machine.files.read(RESOLV) ?? '')
    .split('\n')
    .filter((line) => line !== '' && !/^(?:search|domain|nameserver)\s+/.test(line));
  const lines = [
    ...(search === '' ? [] : [`search ${search}`]),
    ...[...servers].map((server) => `nameserver ${server}`),
    ...others,
  ];
  machine.files.write(RESOLV, lines.map((line) => `${line}\n`).join(''));
}

/** GET /nodes/{node}/hosts. */
export function hostsData({ machine }: Session): Json {
  const data = machine.files.read(HOSTS) ?? '';
  return { data, digest: digestOf(data) };
}

/** POST /nodes/{node}/hosts. Throws Failure. */
export function setHosts({ machine }: Session, { data = '', digest }: Parameters): void {
  if (digest !== undefined && digest !== digestOf(machine.files.read(HOSTS) ?? ''))
    die('detected modified configuration - file changed by other user? Try again.');
  for (const line of data.split('\n')) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const [ip = '', ...names] = line.split(/\s+/);
    if (isIP(ip) === 0) refuseParameters({ data: `Invalid IP '${ip}'` });
    const wrong = names.find((name) => !/^[.\-a-zA-Z0-9]+$/.test(name) && name !== '');
    if (wrong !== undefined) refuseParameters({ data: `Invalid Hostname '${wrong}'` });
  }
  machine.files.write(HOSTS, data);
}

/** PUT /nodes/{node}/time. Throws Failure for a name that is none. */
export function setTimezone({ machine }: Session, { timezone = '' }: Parameters): void {
  if (!isTimezone(timezone)) refuseParameters({ timezone: 'No such timezone' });
  machine.files.write(TIMEZONE, `${timezone}\n`);
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import { digestOf } from '../guest/config.ts';
import type { Json } from '../pvesh/format.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { withFileLock } from './file-lock.ts';
import { printSections, readSections, type ConfigSection } from './section-file.ts';

/** Servers that nodes send their metrics to (PVE::API2::Cluster::MetricServer). Nothing is sent. */
const SERVERS = '/etc/pve/status.cfg';
const ONE = '/cluster/metrics/server/{id}';

/** What each type must be given, and what it may be. */
const TYPES: Readonly<Record<string, { readonly required: readonly string[]; readonly optional: string }>> = {
  graphite: { required: ['server'], optional: 'port mtu proto timeout path disable' },
  influxdb: {
    required: ['port', 'server'],
    optional: `mtu disable organization bucket influxdbproto timeout max-body-size api-path-prefix verify-certificate`,
  },
  opentelemetry: {
    required: ['server'],
    optional: `port disable otel-protocol otel-path otel-timeout otel-headers otel-verify-ssl otel-max-body-size otel-resource-attributes
      otel-compression`,
  },
};

const readServers = ({ files }: Machine): ConfigSection[] => readSections(files.read(SERVERS) ?? '');

async function change(
  session: Session,
  act: (servers: ConfigSection[]) => readonly ConfigSection[],
): Promise<void> {
  const { machine } = session;
  await withFileLock(session, 'status_cfg', () => {
    const servers = act(readServers(machine));
    machine.files.write(
      SERVERS,
      printSections(servers, (type) => TYPES[type]?.required ?? []),
    );
  });
}

function setOptions({ type, options }: ConfigSection, given: Parameters): void {
  const { required = [], optional = '' } = TYPES[type] ?? {};
  for (const [name, value] of Object.entries(given)) {
    if (!required.includes(name) && !optional.split(/\s+/).includes(name))
      die(`unexpected property '${name}'`);
    if (value !== undefined) options.set(name, value);
  }
}

/** InfluxDB's token has a file of its own; that there is none to take away is only warned of. */
function keepToken(session: Session, { type, id }: ConfigSection, token: string | undefined): void {
  if (type !== 'influxdb') return;
  const path = `/etc/pve/priv/metricserver/${id}.pw`;
  const { files } = session.machine;
  if (token !== undefined) files.write(path, token);
  else if (files.exists(path)) files.remove(path);
  else session.warn(`removing influxdb credentials file '${path}' failed: No such file or directory\n`);
}

/** A server that is on is tried: over UDP that cannot fail. Throws Failure. */
function tryConnection({ options, type }: ConfigSection): void {
  if ((options.get('disable') ?? '0') !== '0') return;
  const proto = options.get('influxdbproto') ?? options.get('proto') ?? 'udp';
  if (proto !== 'udp' || type === 'opentelemetry')
    die('pvefleet-lab: connections to metric servers over TCP are not modelled');
}

/** POST. Throws Failure. */
export function createServer(
  session: Session,
  { id = '', type = '', token, ...given }: Parameters,
): Promise<void> {
  return change(session, (servers) => {
    if (servers.some((one) => one.id === id)) die(`Metric server '${id}' already exists`);
    const server: ConfigSection = { type, id, options: new Map() };
    setOptions(server, given);
    keepToken(session, server, token);
    tryConnection(server);
    return [...servers, server];
  });
}

/** PUT. Throws Failure. */
export function updateServer(
  session: Session,
  { id = '', delete: deleted = '', digest, token, ...given }: Parameters,
): Promise<void> {
  return change(session, (servers) => {
    if (digest !== undefined && digest !== digestOf(session.machine.files.read(SERVERS) ?? ''))
      die('detected modified configuration - file changed by other user? Try again.');
    const server = servers.find((one) => one.id === id) ?? die(`no such server '${id}'`);
    setOptions(server, given);
    for (const name of splitList(deleted)) {
      if (name === 'token') continue;
      const { required = [], optional = '' } = TYPES[server.type] ?? {};
      if (required.includes(name)) die(`unable to delete required option '${name}'`);
      if (!optional.split(/\s+/).includes(name)) die(`no such option '${name}'`);
      if (given[name] !== undefined) die(`cannot set and delete property '${name}' at the same time!`);
      server.options.delete(name);
    }
    if (token !== undefined || splitList(deleted).includes('token')) keepToken(session, server, token);
    tryConnection(server);
    return servers;
  });
}

/** DELETE. Throws Failure. */
export function deleteServer(session: Session, { id = '' }: Parameters): Promise<void> {
  return change(session, (servers) => {
    const server =
      servers.find((one) => one.id === id) ??
      die('cannot lookup undefined type! at /usr/share/perl5/PVE/API2/Cluster/MetricServer.pm line 295.');
    keepToken(session, server, undefined);
    return servers.filter((one) => one !== server);
  });
}

function dataOf({ type, options }: ConfigSection): { readonly [key: string]: Json } {
  const schema = parametersOf(`POST ${ONE}`);
  const values = [...options].map(([name, value]): [string, Json] => [
    name,
    ['boolean', 'integer', 'number'].includes(schema[name]?.type ?? '') ? Number(value) : value,
  ]);
  return { ...Object.fromEntries(values), type };
}

/** GET of all. */
export function serverRows({ machine }: Session): Json {
  return readServers(machine)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((server) => {
      const { disable = 0, type = '', server: address = null, port = null } = dataOf(server);
      return { id: server.id, disable, type, server: address, port };
    });
}

/** GET of one. Throws Failure. */
export function oneServer({ machine }: Session, { id = '' }: Parameters): Json {
  const server = readServers(machine).find((one) => one.id === id);
  return server === undefined ? die(`status server entry '${id}' does not exist`) : dataOf(server);
}

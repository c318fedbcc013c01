import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { parseProperties } from '../cli/verify.ts';
import { die } from '../failure.ts';
import { decodeText, encodeText, splitList } from '../formats/values.ts';
import type { Json } from '../pvesh/format.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Properties } from '../schema/types.ts';
import type { Session } from '../session.ts';
import { withFileLock } from './file-lock.ts';

/** The options of the whole cluster (PVE::DataCenterConfig). */
const FILE = '/etc/pve/datacenter.cfg';
const SCHEMA = 'PUT /cluster/options';
const PREFIX = 'BC:24:11';

/** Property strings that PVE takes apart when it reads them, and writes anew. */
const TAKEN_APART =
  'crs migration replication next-id ha notify u2f webauthn tag-style user-tag-access'.split(' ');

interface Datacenter {
  readonly options: Map<string, string>;
  description: string;
}

function readFile({ files }: Machine): Datacenter {
  const found: Datacenter = { options: new Map(), description: '' };
  for (const line of (files.read(FILE) ?? '').split('\n')) {
    const [, name, value = ''] = /^([a-z][a-z_-]*\d*):\s*(.*?)\s*$/i.exec(line) ?? [];
    if (line.startsWith('#')) found.description += `${decodeText(line.slice(1))}\n`;
    else if (name !== undefined) found.options.set(name, value);
  }
  return found;
}

/** Default key first, then the others by name. */
function normal(name: string, value: string): string {
  const format = parametersOf(SCHEMA)[name]?.format;
  if (!TAKEN_APART.includes(name) || typeof format !== 'object') return value;
  const values = parseProperties(format, value);
  const main = mainKey(format);
  const rest = Object.keys(values)
    .filter((key) => key !== main)
    .toSorted();
  const first = main === undefined ? undefined : values[main];
  return [...(first === undefined ? [] : [first]), ...rest.map((key) => `${key}=${values[key]}`)].join(',');
}

function mainKey(format: Properties): string | undefined {
  return Object.keys(format).find((key) => format[key]?.default_key === 1);
}

function writeFile({ files }: Machine, { options, description }: Datacenter): void {
  const comment = description
    .replace(/\n+$/, '')
    .split('\n')
    .map((line) => (description === '' ? '' : `#${encodeText(line)}\n`))
    .join('');
  const lines = [...options.keys()].toSorted().map((name) => `${name}: ${options.get(name)}\n`);
  files.write(FILE, `${comment}\n${lines.join('')}`);
}

/** PUT /cluster/options. Throws Failure. */
export async function setOptions(
  session: Session,
  { delete: deleted = '', description, ...given }: Parameters,
): Promise<void> {
  const { machine } = session;
  await withFileLock(session, 'datacenter_cfg', () => {
    const file = readFile(machine);
    for (const [name, value] of file.options) file.options.set(name, normal(name, value));
    for (const [name, value] of Object.entries(given))
      if (value !== undefined) file.options.set(name, name === 'next-id' ? nextIds(value) : value);
    if (description !== undefined) file.description = description;
    for (const name of splitList(deleted)) {
      if (name === 'description') file.description = '';
      file.options.delete(name);
    }
    if (file.options.get('console') === 'applet') file.options.set('console', 'html5');
    if (file.options.get('mac_prefix')?.toUpperCase() === PREFIX) file.options.delete('mac_prefix');
    writeFile(machine, file);
  });
}

function nextIds(value: string): string {
  const { lower = '100', upper = '1000000' } = parseProperties(
    parametersOf(SCHEMA)['next-id']?.format ?? {},
    value,
  );
  if (Number(lower) > Number(upper)) die(`lower (${lower}) <= upper (${upper}) boundary rule broken`);
  return normal('next-id', value);
}

/** GET /cluster/options. */
export function clusterOptions({ machine }: Session): Json {
  const { options, description } = readFile(machine);
  const values = [...options].map(([name, value]): [string, Json] => [name, typed(name, value)]);
  return {
    mac_prefix: PREFIX,
    ...Object.fromEntries(values),
    description,
    'allowed-tags': allTags(machine, options),
  };
}

function typed(name: string, value: string): Json {
  const { format, type } = parametersOf(SCHEMA)[name] ?? {};
  if (name === 'registered-tags') return value.split(';');
  if (type === 'boolean') return Number(value);
  if (!TAKEN_APART.includes(name) || typeof format !== 'object') return value;
  const values = Object.entries(parseProperties(format, value)).map(([key, each]): [string, Json] => {
    if (key === 'user-allow-list') return [key, each.split(';')];
    return [key, format[key]?.type === 'boolean' ? Number(each) : each];
  });
  return Object.fromEntries(values);
}

/** Tags that root may set: those that are registered or allowed, and those that guests have. */
function allTags({ files }: Machine, options: ReadonlyMap<string, string>): readonly string[] {
  const allowed = /user-allow-list=([^,]*)/.exec(options.get('user-tag-access') ?? '')?.[1] ?? '';
  const guests = files
    .list('/etc/pve/nodes')
    .flatMap((node) => ['qemu-server', 'lxc'].map((kind) => `/etc/pve/nodes/${node}/${kind}`))
    .flatMap((folder) => files.list(folder).map((name) => files.read(`${folder}/${name}`) ?? ''));
  const used = guests.map((text) => /^tags: (.*)$/m.exec(text.split(/^\[/m)[0] ?? '')?.[1] ?? '');
  const tags = [options.get('registered-tags') ?? '', allowed, ...used].flatMap((each) =>
    each.split(/[;, ]+/),
  );
  return [...new Set(tags.filter((tag) => tag !== ''))].toSorted();
}

import type { Machine } from '../../machine.ts';
import type { Parameters } from '../cli/getopt.ts';
import { die } from '../failure.ts';
import { decodeText, encodeText, splitList } from '../formats/values.ts';
import { digestOf } from '../guest/config.ts';
import type { Json } from '../pvesh/format.ts';
import type { Properties } from '../schema/types.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';

/** A node's own options (PVE::NodeConfig): what is set, and the description. */
type NodeConfig = Map<string, string>;

const pathOf = ({ name }: Machine): string => `/etc/pve/nodes/${name}/config`;

function readConfig(machine: Machine): NodeConfig {
  const config: NodeConfig = new Map();
  for (const line of (machine.files.read(pathOf(machine)) ?? '').split('\n')) {
    const [, name, value = ''] = /^([a-z][\w-]*):\s*(.*?)\s*$/.exec(line) ?? [];
    if (line.startsWith('#'))
      config.set('description', `${config.get('description') ?? ''}${decodeText(line.slice(1))}\n`);
    else if (name !== undefined) config.set(name, value);
  }
  return config;
}

/** The file's text: the description as comments, then the options by name. */
function printConfig(config: NodeConfig): string {
  const description = (config.get('description') ?? '').replace(/\n+$/, '');
  const comment = description === '' ? [] : description.split('\n').map((line) => `#${encodeText(line)}\n`);
  const names = [...config.keys()].filter((name) => name !== 'description').toSorted();
  return [...comment, ...names.map((name) => `${name}: ${config.get(name)}\n`)].join('');
}

/** The parameters of GET and PUT, with what PVE 9.2 has beyond the schema; from recording pvesh-07 and PVE/NodeConfig.pm. */
const LOCATION: Properties = { location: { type: 'string', optional: 1 } };

export const SET_CONFIG: Properties = { ...parametersOf('PUT /nodes/{node}/config'), ...LOCATION };

function getParameters(): Properties {
  const read = parametersOf('GET /nodes/{node}/config');
  const names = [...new Set([...(read['property']?.enum ?? []), 'location'])].toSorted();
  return { ...read, property: { ...read['property'], enum: names } };
}

export const GET_CONFIG = getParameters();

/** PUT /nodes/{node}/config. Throws Failure. */
export function setNodeConfig(
  { machine }: Session,
  { delete: deleted = '', digest, ...given }: Parameters,
): void {
  if (digest !== undefined && digest !== digestOf(machine.files.read(pathOf(machine)) ?? ''))
    die('detected modified configuration - file changed by other user? Try again.');
  if (Object.keys(given).some((name) => name.startsWith('acme'))) die('pvefleet-lab: ACME is not modelled');
  const config = readConfig(machine);
  for (const [name, value] of Object.entries(given)) if (value !== undefined) config.set(name, value);
  for (const name of splitList(deleted)) config.delete(name);
  machine.files.write(pathOf(machine), printConfig(config));
}

/** GET /nodes/{node}/config. */
export function nodeConfig({ machine }: Session, { property }: Parameters): Json {
  const config = readConfig(machine);
  if (property !== undefined) return config.has(property) ? { [property]: config.get(property) ?? '' } : {};
  const text = machine.files.read(pathOf(machine)) ?? '';
  return { ...Object.fromEntries(config), ...(text === '' ? {} : { digest: digestOf(text) }) };
}

/** `pvenode config get`. */
export function showNodeConfig(session: Session, { property }: Parameters): void {
  const config = readConfig(session.machine);
  const wanted = [...config].filter(([name]) => property === undefined || name === property);
  session.print(printConfig(new Map(wanted)));
}

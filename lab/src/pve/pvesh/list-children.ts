import { verifyParameters } from '../cli/verify.ts';
import { die } from '../failure.ts';
import type { Session } from '../session.ts';
import { plainText, type Json } from './format.ts';
import { capabilities, findPlace, handles, indexNames, placeholderBelow } from './handlers.ts';
import { API } from './methods.ts';

/** Which key of a list names what stands below it. */
const KEYS: Readonly<Record<string, string>> = {
  '/nodes': 'node',
  '/nodes/{node}/qemu': 'vmid',
  '/nodes/{node}/lxc': 'vmid',
  '/nodes/{node}/qemu/{vmid}/snapshot': 'name',
  '/nodes/{node}/lxc/{vmid}/snapshot': 'name',
  '/nodes/{node}/storage': 'storage',
  '/nodes/{node}/storage/{storage}/content': 'volid',
  '/nodes/{node}/tasks': 'upid',
  '/storage': 'storage',
  '/pools': 'poolid',
  '/cluster/backup': 'id',
  '/cluster/replication': 'id',
};

/** `pvesh ls`: what stands below a path and what can be done there. Throws Failure. */
export async function listChildren(
  session: Session,
  onNode: (node: string | undefined) => Session,
  path: string,
): Promise<void> {
  const place = findPlace(path);
  if (place === undefined || !handles(place, 'GET')) die(`no such resource '${path}'`);
  const { node, ...values } = place.values;
  const names = await childNames(onNode(node), place.pattern, values);
  if (names === undefined) die(`resource '${path}' does not define child links`);
  for (const name of names.toSorted())
    session.print(`${capabilities(`${path === '/' ? '' : path}/${name}`)}        ${name}\n`);
}

async function childNames(
  session: Session,
  pattern: string,
  values: Readonly<Record<string, string>>,
): Promise<readonly string[] | undefined> {
  const fixed = indexNames(pattern);
  if (fixed.length > 0) return fixed;
  if (placeholderBelow(pattern) === undefined) return undefined;
  const method = API.get(`GET ${pattern}`);
  const key = KEYS[pattern];
  if (method === undefined || key === undefined)
    die(`pvefleet-lab: 'pvesh ls' of '${pattern}' is not modelled`);
  const { node: _node, ...parameters } = method.parameters;
  verifyParameters(values, parameters);
  const rows: Json = await method.run(session, values);
  return Array.isArray(rows) ? rows.map((row) => nameOf(row, key)) : [];
}

function nameOf(row: Json, key: string): string {
  const value = typeof row === 'object' && row !== null && !Array.isArray(row) ? Object.entries(row) : [];
  return plainText(value.find(([name]) => name === key)?.[1]);
}

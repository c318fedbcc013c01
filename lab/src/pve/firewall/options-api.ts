import type { Parameters } from '../cli/getopt.ts';
import { refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import type { Json } from '../pvesh/format.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { checkDigest, listDigest } from './digest.ts';
import type { FirewallFile, Owner } from './firewall-file.ts';
import { openScope } from './scope.ts';

const METHODS: Readonly<Record<Owner, string>> = {
  cluster: 'PUT /cluster/firewall/options',
  host: 'PUT /nodes/{node}/firewall/options',
  vm: 'PUT /nodes/{node}/qemu/{vmid}/firewall/options',
  ct: 'PUT /nodes/{node}/lxc/{vmid}/firewall/options',
  vnet: 'PUT /cluster/sdn/vnets/{vnet}/firewall/options',
};
const NOT_OPTIONS = new Set(['node', 'vmid', 'vnet', 'delete', 'digest']);

/** Numbers as PVE reads them. */
function rowOf(owner: Owner, { options }: FirewallFile): { readonly [key: string]: Json } {
  const schema = parametersOf(METHODS[owner]);
  return Object.fromEntries(
    [...options].map(([name, value]) => [
      name,
      ['boolean', 'integer'].includes(schema[name]?.type ?? '') ? Number(value) : value,
    ]),
  );
}

/** GET .../firewall/options. */
export function optionData(owner: Owner, session: Session, given: Parameters): Json {
  const row = rowOf(owner, openScope(owner, session, given).file);
  return { ...row, digest: listDigest([row]) };
}

/** PUT .../firewall/options. Throws Failure. */
export function setOptions(owner: Owner, session: Session, given: Parameters): void {
  const { delete: gone = '', digest } = given;
  const { file, save } = openScope(owner, session, given);
  checkDigest([rowOf(owner, file)], digest);
  const known = Object.keys(parametersOf(METHODS[owner])).filter((name) => !NOT_OPTIONS.has(name));
  for (const name of splitList(gone)) {
    if (!known.includes(name)) refuseParameters({ delete: `no such option '${name}'` });
    file.options.delete(name);
  }
  for (const name of known) {
    const value = given[name];
    if (value !== undefined) file.options.set(name, optionValue(owner, name, value, session));
  }
  save();
}

/** A cluster's firewall that is to be on for a trial only keeps since when. */
function optionValue(owner: Owner, name: string, value: string, { machine }: Session): string {
  return owner === 'cluster' && name === 'enable' && Number(value) > 1 ? String(machine.clock()) : value;
}

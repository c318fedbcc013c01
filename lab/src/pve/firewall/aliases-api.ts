import { isIPv6 } from 'node:net';
import type { Parameters } from '../cli/getopt.ts';
import { refuseParameters } from '../failure.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { checkDigest, withDigest } from './digest.ts';
import type { Alias, FirewallFile, Owner } from './firewall-file.ts';
import { openScope } from './scope.ts';

function rowOf({ name, cidr, comment }: Alias): { readonly [key: string]: Json } {
  const ipversion = isIPv6(cidr.replace(/\/\d+$/, '')) ? 6 : 4;
  return { name, cidr, ipversion, ...(comment === '' ? {} : { comment }) };
}

function rowsOf({ aliases }: FirewallFile): readonly { readonly [key: string]: Json }[] {
  return [...aliases].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, alias]) => rowOf(alias));
}

/** GET .../aliases. */
export function aliasRows(owner: Owner, session: Session, given: Parameters): Json {
  return withDigest(rowsOf(openScope(owner, session, given).file));
}

/** GET .../aliases/{name}. Throws Failure. */
export function oneAlias(owner: Owner, session: Session, given: Parameters): Json {
  const alias = openScope(owner, session, given).file.aliases.get((given['name'] ?? '').toLowerCase());
  return alias === undefined ? refuseParameters({ name: 'no such alias' }) : rowOf(alias);
}

/** POST .../aliases. Throws Failure. */
export function createAlias(owner: Owner, session: Session, given: Parameters): void {
  const { name = '', cidr = '', comment = '' } = given;
  const { file, save } = openScope(owner, session, given);
  if (file.aliases.has(name.toLowerCase())) refuseParameters({ name: `alias '${name}' already exists` });
  file.aliases.set(name.toLowerCase(), { name, cidr, comment });
  save();
}

/** PUT .../aliases/{name}. Throws Failure. */
export function updateAlias(owner: Owner, session: Session, given: Parameters): void {
  const { name = '', cidr = '', comment = '', rename = '', digest } = given;
  const { file, save } = openScope(owner, session, given);
  checkDigest(rowsOf(file), digest);
  if (!file.aliases.has(name.toLowerCase())) refuseParameters({ name: 'no such alias' });
  const wanted = rename === '' || rename.toLowerCase() === name.toLowerCase() ? name : rename;
  if (wanted !== name && file.aliases.has(wanted.toLowerCase()))
    refuseParameters({ name: `alias '${rename}' already exists` });
  file.aliases.delete(name.toLowerCase());
  file.aliases.set(wanted.toLowerCase(), { name: wanted, cidr, comment });
  save();
}

/** DELETE .../aliases/{name}: one that is not there is no failure. Throws Failure. */
export function deleteAlias(owner: Owner, session: Session, given: Parameters): void {
  const { file, save } = openScope(owner, session, given);
  checkDigest(rowsOf(file), given['digest']);
  file.aliases.delete((given['name'] ?? '').toLowerCase());
  save();
}

import { isIP, isIPv4 } from 'node:net';
import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import type { Json } from '../pvesh/format.ts';
import type { Session } from '../session.ts';
import { checkDigest, withDigest } from './digest.ts';
import { shortCidr, type FirewallFile, type Named, type Owner, type SetEntry } from './firewall-file.ts';
import { openScope, type Scope } from './scope.ts';

type Row = { readonly [key: string]: Json };

function setRows({ ipsets }: FirewallFile): readonly Row[] {
  return [...ipsets]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { comment }]) => ({ name, ...(comment === '' ? {} : { comment }) }));
}

const entryRows = ({ entries }: Named<SetEntry>): readonly Row[] =>
  entries.map(({ cidr, nomatch, comment }) => ({
    cidr,
    ...(nomatch ? { nomatch: 1 } : {}),
    ...(comment === '' ? {} : { comment }),
  }));

function setOf({ file }: Scope, name: string): Named<SetEntry> {
  return file.ipsets.get(name) ?? die(`no such IPSet '${name}'`);
}

/** GET .../ipset. */
export function ipsetRows(owner: Owner, session: Session, given: Parameters): Json {
  return withDigest(setRows(openScope(owner, session, given).file));
}

/** POST .../ipset: makes a set, or with `rename` gives one another name or comment. Throws Failure. */
export function createIpset(owner: Owner, session: Session, given: Parameters): void {
  const { name = '', rename, comment, digest } = given;
  const { file, save } = openScope(owner, session, given);
  if (rename === undefined) {
    if (file.ipsets.has(name)) refuseParameters({ name: `IPSet '${name}' already exists` });
    file.ipsets.set(name, { comment: comment ?? '', entries: [] });
  } else {
    checkDigest(setRows(file), digest);
    const old = file.ipsets.get(rename) ?? refuseParameters({ name: `IPSet '${rename}' does not exist` });
    if (file.ipsets.has(name) && name !== rename)
      refuseParameters({ name: `IPSet '${name}' does already exist` });
    file.ipsets.delete(rename);
    file.ipsets.set(name, { entries: old.entries, comment: comment ?? old.comment });
  }
  save();
}

/** DELETE .../ipset/{name}. Throws Failure. */
export function deleteIpset(owner: Owner, session: Session, given: Parameters): void {
  const { name = '', force } = given;
  const scope = openScope(owner, session, given);
  if (setOf(scope, name).entries.length > 0 && force !== '1') die(`IPSet '${name}' is not empty`);
  scope.file.ipsets.delete(name);
  scope.save();
}

/** GET .../ipset/{name}. Throws Failure. */
export function entryList(owner: Owner, session: Session, given: Parameters): Json {
  return withDigest(entryRows(setOf(openScope(owner, session, given), given['name'] ?? '')));
}

/** GET .../ipset/{name}/{cidr}. Throws Failure. */
export function oneEntry(owner: Owner, session: Session, given: Parameters): Json {
  const rows = withDigest(entryRows(setOf(openScope(owner, session, given), given['name'] ?? '')));
  return rows.find(({ cidr }) => cidr === given['cidr']) ?? refuseParameters({ cidr: 'no such IP/Network' });
}

/** POST .../ipset/{name}. Throws Failure. */
export function createEntry(owner: Owner, session: Session, given: Parameters): void {
  const { name = '', cidr: wanted = '', nomatch, comment = '' } = given;
  const scope = openScope(owner, session, given);
  const set = setOf(scope, name);
  const cidr = cidrOf(scope, wanted);
  if (set.entries.some((entry) => entry.cidr === cidr))
    refuseParameters({ cidr: `address '${cidr}' already exists` });
  if (/\/0+$/.test(cidr)) refuseParameters({ cidr: 'a zero prefix is not allowed in ipset entries' });
  set.entries.unshift({ cidr, nomatch: nomatch === '1', comment });
  scope.save();
}

/** An alias that is there, or a network without what is beyond its mask. Throws Failure. */
function cidrOf({ file, cluster }: Scope, wanted: string): string {
  const [, scope = '', alias] = /^(dc\/|guest\/)?([A-Za-z][A-Za-z0-9\-_]+)$/.exec(wanted) ?? [];
  if (alias === undefined) return shortCidr(cleanCidr(wanted));
  const isKnown =
    (scope !== 'dc/' && file.aliases.has(alias.toLowerCase())) ||
    (scope !== 'guest/' && cluster.aliases.has(alias.toLowerCase()));
  return isKnown ? wanted : die(`no such alias '${alias}'`);
}

/** `10.1.0.0/16` of `10.1.2.3/16`; an IPv6 network must be given so. Throws Failure. */
function cleanCidr(cidr: string): string {
  const [address = '', length] = cidr.split('/');
  if (isIP(address) === 0) die('value does not look like a valid IP address or CIDR network');
  if (length === undefined || Number(length) === 0 || !isIPv4(address)) return cidr;
  const bits = address
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('');
  const network = bits.slice(0, Number(length)).padEnd(32, '0');
  return `${[0, 8, 16, 24].map((at) => Number.parseInt(network.slice(at, at + 8), 2)).join('.')}/${length}`;
}

/** PUT .../ipset/{name}/{cidr}. Throws Failure. */
export function updateEntry(owner: Owner, session: Session, given: Parameters): void {
  const { name = '', cidr = '', nomatch, comment = '', digest } = given;
  const scope = openScope(owner, session, given);
  const set = setOf(scope, name);
  checkDigest(entryRows(set), digest);
  if (!set.entries.some((entry) => entry.cidr === cidr)) refuseParameters({ cidr: 'no such IP/Network' });
  set.entries = set.entries.map((entry) =>
    entry.cidr === cidr ? { cidr, nomatch: nomatch === '1', comment } : entry,
  );
  scope.save();
}

/** DELETE .../ipset/{name}/{cidr}: one that is not there is no failure. Throws Failure. */
export function deleteEntry(owner: Owner, session: Session, given: Parameters): void {
  const scope = openScope(owner, session, given);
  const set = setOf(scope, given['name'] ?? '');
  checkDigest(entryRows(set), given['digest']);
  set.entries = set.entries.filter(({ cidr }) => cidr !== given['cidr']);
  scope.save();
}

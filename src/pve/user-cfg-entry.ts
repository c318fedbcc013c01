import { decodeText, encodeText } from './percent-text.ts';
import { trim } from './perl-space.ts';
import { splitList } from './text-list.ts';

/** What one line of user.cfg says (pve-access-control's AccessControl.pm parse_user_config); texts are decoded. */
export type UserEntry =
  | {
      readonly kind: 'user';
      /** "name@realm" */
      readonly id: string;
      readonly enable: boolean;
      /** Seconds since 1970; 0 is never. */
      readonly expire: number;
      readonly firstname: string;
      readonly lastname: string;
      readonly email: string;
      readonly comment: string;
      /** Of an old second factor. */
      readonly keys: string;
    }
  | {
      readonly kind: 'token';
      /** "name@realm!token" */
      readonly id: string;
      readonly expire: number;
      readonly privsep: boolean;
      readonly comment: string;
    }
  | {
      readonly kind: 'group';
      readonly id: string;
      readonly users: readonly string[];
      readonly comment: string;
    }
  | {
      readonly kind: 'pool';
      /** "name", "parent/name" or "parent/name/name" */
      readonly id: string;
      readonly comment: string;
      readonly guests: readonly string[];
      readonly storages: readonly string[];
    }
  | { readonly kind: 'role'; readonly id: string; readonly privileges: readonly string[] }
  | {
      readonly kind: 'acl';
      readonly propagate: boolean;
      /** As PVE has it: one slash between parts, none at the end. */
      readonly path: string;
      /** Users, tokens, and groups with a leading "@". */
      readonly members: readonly string[];
      readonly roles: readonly string[];
    };

/** Reads a line; a text is why PVE ignores it. White space around a field is no part of it. */
export function parseUserEntry(line: string): UserEntry | string {
  const [kind = '', ...fields] = line.split(':').map(trim);
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  return read === undefined
    ? `"${kind}" is no kind of line; user, token, group, pool, role or acl is wanted`
    : read((index) => fields[index] ?? '');
}

/** The line that PVE itself writes, without a line end (write_user_config); lists are sorted there. */
export function formatUserEntry(entry: UserEntry): string {
  switch (entry.kind) {
    case 'user': {
      const names = [encodeText(entry.firstname), encodeText(entry.lastname), entry.email];
      const rest = [encodeText(entry.comment), entry.keys];
      return `user:${entry.id}:${bit(entry.enable)}:${entry.expire}:${[...names, ...rest].join(':')}:`;
    }
    case 'token':
      return `token:${entry.id}:${entry.expire}:${bit(entry.privsep)}:${encodeText(entry.comment)}:`;
    case 'group':
      return `group:${entry.id}:${sorted(entry.users)}:${encodeText(entry.comment)}:`;
    case 'pool':
      return `pool:${entry.id}:${encodeText(entry.comment)}:${sorted(entry.guests)}:${sorted(entry.storages)}:`;
    case 'role':
      return `role:${entry.id}:${sorted(entry.privileges)}:`;
    case 'acl':
      return `acl:${bit(entry.propagate)}:${entry.path}:${sorted(entry.members)}:${sorted(entry.roles)}:`;
  }
}

/** "name@realm" (Auth/Plugin.pm verify_username). */
export function isUserId(text: string): boolean {
  return text.length >= 3 && text.length <= 64 && userId.test(text);
}

/** User and name of "name@realm!token"; undefined for other text. */
export function splitToken(text: string): { readonly user: string; readonly token: string } | undefined {
  const { user, token } = tokenId.exec(text)?.groups ?? {};
  return user === undefined || token === undefined ? undefined : { user, token };
}

/** A path of an ACL in one spelling; undefined when PVE takes no such path (normalize_path). */
export function aclPath(text: string): string | undefined {
  if (text === '' || text === '0') return undefined;
  const joined = `/${text}`.replaceAll(/\/+/gu, '/').replace(/(?<=.)\/$/u, '');
  return /^[a-z0-9.\-_/]+$/iu.test(joined) ? joined : undefined;
}

type Field = (index: number) => string;

const userId = /^[^\t\n\v\f\r :/]+@[a-z][a-z0-9.\-_]+$/iu;
const tokenId = /^(?<user>[^\t\n\v\f\r :/]+@[a-z][a-z0-9.\-_]+)!(?<token>[a-z][a-z0-9.\-_]+)$/iu;
const plainName = /^[a-z0-9.\-_]+$/iu;
const poolName = /^[a-z0-9.\-_]+(?:\/[a-z0-9.\-_]+){0,2}$/iu;

const readers: Readonly<Record<string, (field: Field) => UserEntry | string>> = {
  user: (field) => {
    const id = field(0);
    if (!isUserId(id)) return `"${id}" is no user; NAME@REALM is wanted, of 3 to 64 characters`;
    const expire = seconds(field(2));
    if (expire === undefined) return wrongTime(field(2));
    return {
      kind: 'user',
      id,
      enable: isTrue(field(1)),
      expire,
      firstname: text(field(3)),
      lastname: text(field(4)),
      email: isTrue(field(5)) ? field(5) : '',
      comment: text(field(6)),
      keys: isTrue(field(7)) ? field(7) : '',
    };
  },
  token: (field) => {
    const id = field(0);
    if (splitToken(id) === undefined) return `"${id}" is no token; NAME@REALM!TOKEN is wanted`;
    const expire = seconds(field(1));
    return expire === undefined
      ? wrongTime(field(1))
      : { kind: 'token', id, expire, privsep: isTrue(field(2)), comment: text(field(3)) };
  },
  group: (field) =>
    plainName.test(field(0))
      ? { kind: 'group', id: field(0), users: splitList(field(1)), comment: text(field(2)) }
      : wrongName('group', field(0)),
  role: (field) =>
    plainName.test(field(0))
      ? { kind: 'role', id: field(0), privileges: splitList(field(1)) }
      : wrongName('role', field(0)),
  pool: (field) =>
    poolName.test(field(0))
      ? {
          kind: 'pool',
          id: field(0),
          comment: text(field(1)),
          guests: splitList(field(2)),
          storages: splitList(field(3)),
        }
      : `"${field(0)}" is no name of a pool; up to three names of letters, digits, ".", "-" and "_" are wanted, "/" between`,
  acl: (field) => {
    const path = aclPath(field(1));
    return path === undefined
      ? `"${field(1)}" is no path; one like /vms/100 is wanted`
      : {
          kind: 'acl',
          propagate: isTrue(field(0)),
          path,
          members: splitList(field(2)),
          roles: splitList(field(3)),
        };
  },
};

/** "" and "0" are false in Perl: PVE keeps no text that is just a zero. */
const isTrue = (value: string): boolean => value !== '' && value !== '0';

const text = (value: string): string => (isTrue(value) ? decodeText(value) : '');

const seconds = (value: string): number | undefined => (/^\d*$/u.test(value) ? Number(value) : undefined);

const wrongTime = (value: string): string =>
  `"${value}" is no time of expiry; seconds since 1970, or 0 for never, are wanted`;

const wrongName = (kind: string, name: string): string =>
  `"${name}" is no name of a ${kind}; letters, digits, ".", "-" and "_" are wanted`;

const bit = (value: boolean): '0' | '1' => (value ? '1' : '0');

/** As Perl's sort has them: by their characters, numbers too. */
const sorted = (list: readonly string[]): string => [...new Set(list)].toSorted().join(',');

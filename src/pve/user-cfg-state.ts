import { isUserId, splitToken, type UserEntry } from './user-cfg-entry.ts';
import { builtInRoles, privileges } from './user-cfg-roles.ts';
import type { UserConfig } from './user-cfg.ts';

/**
 * What PVE makes of user.cfg when it reads it from top to bottom (pve-access-control's AccessControl.pm
 * parse_user_config): a line may only mention users, tokens and roles of lines before it; a user given twice starts
 * anew, groups, roles and pools given twice are joined; a guest belongs to the first pool that names it.
 */
export interface UserState {
  readonly users: ReadonlyMap<string, Of<'user'>>;
  readonly tokens: ReadonlyMap<string, Of<'token'>>;
  readonly groups: ReadonlyMap<string, Of<'group'>>;
  readonly roles: ReadonlyMap<string, Of<'role'>>;
  readonly pools: ReadonlyMap<string, Of<'pool'>>;
  readonly acl: readonly AclRule[];
  readonly problems: readonly StateProblem[];
}

/** One role of one user, token or group ("@name") on one path. */
export interface AclRule {
  readonly path: string;
  readonly member: string;
  readonly role: string;
  readonly propagate: boolean;
}

export interface StateProblem {
  /** From 1. */
  readonly line: number;
  /** PVE drops it; else it keeps the name, or it is one that PVE itself leaves behind in permissions. */
  readonly dropped: boolean;
  /** "<what is>; <what is wanted>" */
  readonly message: string;
}

type Of<K extends UserEntry['kind']> = Extract<UserEntry, { kind: K }>;

/** Reads what the entries mean together. */
export function userState(config: UserConfig): UserState {
  const reader = new StateReader();
  for (const [index, line] of config.lines.entries()) {
    if (line.type === 'entry') reader.read(line.entry, index + 1);
  }
  return reader;
}

/** The state while it is read. */
class StateReader implements UserState {
  readonly users = new Map<string, Of<'user'>>([['root@pam', rootUser]]);
  readonly tokens = new Map<string, Of<'token'>>();
  readonly groups = new Map<string, Of<'group'>>();
  readonly roles = new Map<string, Of<'role'>>();
  readonly pools = new Map<string, Of<'pool'>>();
  readonly #acl = new Map<string, AclRule>();
  readonly #poolOf = new Map<number, string>();
  readonly problems: StateProblem[] = [];

  get acl(): readonly AclRule[] {
    return [...this.#acl.values()];
  }

  read(entry: UserEntry, line: number): void {
    const drop = (message: string): void => void this.problems.push({ line, dropped: true, message });
    const warn = (message: string): void => void this.problems.push({ line, dropped: false, message });
    switch (entry.kind) {
      case 'user':
        this.#readUser(entry);
        return;
      case 'token':
        this.#readToken(entry, drop);
        return;
      case 'group':
        this.#readGroup(entry, drop, warn);
        return;
      case 'role':
        this.#readRole(entry, drop);
        return;
      case 'pool':
        this.#readPool(entry, drop);
        return;
      case 'acl':
        this.#readAcl(entry, drop, warn);
        return;
    }
  }

  #readUser(entry: Of<'user'>): void {
    const isAgain = this.users.has(entry.id);
    this.users.set(entry.id, entry);
    if (!isAgain) return;
    for (const id of this.tokens.keys()) if (splitToken(id)?.user === entry.id) this.tokens.delete(id);
  }

  #readToken(entry: Of<'token'>, drop: Report): void {
    const user = splitToken(entry.id)?.user ?? '';
    if (!this.users.has(user)) {
      drop(`the token's user "${user}" is not there; a user line before it is wanted`);
      return;
    }
    const comment = entry.comment || (this.tokens.get(entry.id)?.comment ?? '');
    this.tokens.set(entry.id, { ...entry, comment });
  }

  #readGroup(entry: Of<'group'>, drop: Report, warn: Report): void {
    const old = this.groups.get(entry.id);
    for (const user of entry.users) {
      if (!isUserId(user)) drop(`"${user}" is no user; NAME@REALM is wanted`);
      else if (!this.users.has(user)) warn(`user "${user}" is not there; a user line before it is wanted`);
    }
    const users = joined(old?.users, entry.users.filter(isUserId));
    this.groups.set(entry.id, { ...entry, users, comment: entry.comment || (old?.comment ?? '') });
  }

  #readRole(entry: Of<'role'>, drop: Report): void {
    for (const name of entry.privileges)
      if (!privileges.has(name))
        drop(`"${name}" is no privilege that PVE knows; one like VM.Audit is wanted`);
    const known = entry.privileges.filter((name) => privileges.has(name));
    this.roles.set(entry.id, { ...entry, privileges: joined(this.roles.get(entry.id)?.privileges, known) });
  }

  #readPool(entry: Of<'pool'>, drop: Report): void {
    // A pool inside another makes that one too.
    for (let at = entry.id.lastIndexOf('/'); at > 0; at = entry.id.lastIndexOf('/', at - 1)) {
      const id = entry.id.slice(0, at);
      if (!this.pools.has(id))
        this.pools.set(id, { kind: 'pool', id, comment: '', guests: [], storages: [] });
    }
    const old = this.pools.get(entry.id);
    const guests = entry.guests.flatMap((text) => this.#poolGuest(entry.id, text, drop));
    const storages = entry.storages.filter((name) => {
      const isGood = /^[a-z][a-z0-9\-_.]*[a-z0-9]$/iu.test(name);
      if (!isGood) drop(`"${name}" is no name of a storage; letters, digits, "-", "_" and "." are wanted`);
      return isGood;
    });
    this.pools.set(entry.id, {
      ...entry,
      comment: entry.comment || (old?.comment ?? ''),
      guests: joined(old?.guests, guests),
      storages: joined(old?.storages, storages),
    });
  }

  #poolGuest(pool: string, text: string, drop: Report): readonly string[] {
    if (!/^\d+$/u.test(text)) {
      drop(`"${text}" is no VMID; a number is wanted`);
      return [];
    }
    const holder = this.#poolOf.get(Number(text));
    if (holder !== undefined) {
      drop(`guest ${text} is in pool "${holder}" already; one pool is wanted`);
      return [];
    }
    this.#poolOf.set(Number(text), pool);
    return [String(Number(text))];
  }

  #readAcl(entry: Of<'acl'>, drop: Report, warn: Report): void {
    const members = entry.members.filter((member) => this.#isAclMember(member, drop, warn));
    for (const role of entry.roles) {
      if (!builtInRoles.has(role) && !this.roles.has(role)) {
        warn(`role "${role}" is not there; a role line before it, or one of PVE's own roles, is wanted`);
        continue;
      }
      for (const member of members) {
        const rule = { path: entry.path, member, role, propagate: entry.propagate };
        this.#acl.set([rule.path, member, role].join(' '), rule);
      }
    }
  }

  #isAclMember(member: string, drop: Report, warn: Report): boolean {
    const { group } = /^@(?<group>[a-z0-9.\-_]+)$/iu.exec(member)?.groups ?? {};
    if (group !== undefined) {
      if (!this.groups.has(group)) warn(`group "${group}" is not there; a group line before it is wanted`);
      return true;
    }
    // "a@pve!b" is no user, as "!" is no part of a realm; but "a!b@pve" is one.
    if (isUserId(member)) {
      if (!this.users.has(member)) warn(`user "${member}" is not there; a user line before it is wanted`);
      return true;
    }
    if (splitToken(member) === undefined)
      drop(`"${member}" is neither user, token nor @group; one of them is wanted`);
    else if (!this.tokens.has(member))
      warn(`token "${member}" is not there; a token line before it is wanted`);
    return this.tokens.has(member);
  }
}

type Report = (message: string) => void;

const joined = (old: readonly string[] | undefined, more: readonly string[]): readonly string[] => [
  ...new Set([...(old ?? []), ...more]),
];

/** Always there (userconfig_force_defaults). */
const rootUser: Of<'user'> = {
  kind: 'user',
  id: 'root@pam',
  enable: true,
  expire: 0,
  firstname: '',
  lastname: '',
  email: '',
  comment: '',
  keys: '',
};

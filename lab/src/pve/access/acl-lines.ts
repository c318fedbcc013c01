import { splitList } from '../formats/values.ts';

/** Rights by path, then by who (`@` before a group), then by role: 1 if they hold below the path too. */
export type Acl = Map<string, Map<string, Map<string, 0 | 1>>>;

/** Reads a line of the access list: `acl:PROPAGATE:PATH:WHO:ROLES:`. */
export function parseAcl(acl: Acl, propagate: string, [path = '', who, roles]: readonly string[]): void {
  const normal = normalPath(path);
  if (normal === undefined) return;
  for (const one of splitList(who ?? ''))
    for (const role of splitList(roles ?? '')) give(acl, normal, one, role, Number(propagate) === 0 ? 0 : 1);
}

/** Gives somebody a role on a path. */
export function give(acl: Acl, path: string, who: string, role: string, propagate: 0 | 1): void {
  const at = acl.get(path) ?? new Map<string, Map<string, 0 | 1>>();
  const roles = at.get(who) ?? new Map<string, 0 | 1>();
  acl.set(path, at.set(who, roles.set(role, propagate)));
}

/** A path of the access list as PVE keeps it; undefined for what is none. */
export function normalPath(given: string): string | undefined {
  const path = `/${given.replace(/^\/+|\/+$/g, '').replace(/\/+/g, '/')}`;
  return given !== '' && /^[A-Za-z0-9._/-]+$/.test(path) ? path : undefined;
}

/** Paths with those below each right behind it. */
export function sortedPaths(acl: Acl): readonly string[] {
  return [...acl.keys()].toSorted((a, b) => (a.replaceAll('/', '\0') < b.replaceAll('/', '\0') ? -1 : 1));
}

/** The lines as PVE writes them: those who have the same roles on a path share one; root@pam needs none. */
export function printAcl(acl: Acl): readonly string[] {
  return sortedPaths(acl).flatMap((path) =>
    ([0, 1] as const).flatMap((propagate) => {
      const byRoles = new Map<string, string[]>();
      for (const [who, roles] of acl.get(path) ?? []) {
        const list = [...roles].flatMap(([role, each]) => (each === propagate ? [role] : []));
        const key = list.toSorted().join(',');
        if (who !== 'root@pam' && key !== '') byRoles.set(key, [...(byRoles.get(key) ?? []), who]);
      }
      return [...byRoles]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([roles, who]) => `acl:${propagate}:${path}:${who.toSorted().join(',')}:${roles}:\n`);
    }),
  );
}

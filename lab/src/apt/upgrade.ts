import type { Versions } from './database.ts';

/** What apt would do. */
export interface Transaction {
  readonly upgraded: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** All packages afterwards. */
  readonly after: Versions;
}

/** What a kernel's meta-package depends on: "proxmox-kernel-6.17" on the signed one of its own version. */
const META = /^proxmox-kernel-\d+\.\d+$/;

/** dist-upgrade: all that is there as new as the lists have it, with what newer ones depend on. */
export function distUpgrade(installed: Versions, offered: Versions): Transaction {
  const upgraded = Object.keys(installed).filter(
    (name) => offered[name] !== undefined && isNewer(offered[name], installed[name] ?? ''),
  );
  return withDependencies(installed, offered, upgraded, []);
}

export function installing(installed: Versions, offered: Versions, names: readonly string[]): Transaction {
  const wanted = names.filter((name) => offered[name] !== undefined && offered[name] !== installed[name]);
  const [upgraded, added] = [true, false].map((isThere) =>
    wanted.filter((name) => (installed[name] !== undefined) === isThere),
  );
  return withDependencies(installed, offered, upgraded ?? [], added ?? []);
}

/** The kernel of the new release: PVE's own meta-package depends on its series. */
function kernelsOf(offered: Versions, upgraded: readonly string[]): readonly string[] {
  const series = upgraded.includes('proxmox-ve')
    ? Object.keys(offered).filter((name) => META.test(name))
    : [];
  return [...series, ...upgraded].flatMap((name) =>
    META.test(name) ? [name, `proxmox-kernel-${offered[name] ?? ''}-pve-signed`] : [],
  );
}

function withDependencies(
  installed: Versions,
  offered: Versions,
  upgraded: readonly string[],
  added: readonly string[],
): Transaction {
  const needed = kernelsOf(offered, upgraded).filter((name) => installed[name] === undefined);
  const all = [...new Set([...added, ...needed])].toSorted();
  const after = { ...installed };
  for (const name of [...upgraded, ...all]) after[name] = offered[name] ?? '';
  return { upgraded: upgraded.toSorted(), added: all, removed: [], after };
}

/** Whether one version is newer than the other; close enough to dpkg's rule for the lab's versions. */
export function isNewer(a: string, b: string): boolean {
  const [epochA, restA] = split(a);
  const [epochB, restB] = split(b);
  if (epochA !== epochB) return epochA > epochB;
  return restA.localeCompare(restB, 'en', { numeric: true }) > 0;
}

function split(version: string): readonly [number, string] {
  const [, epoch, rest] = /^(?:(\d+):)?(.*)$/.exec(version) ?? [];
  return [Number(epoch ?? 0), rest ?? ''];
}

import type { Linted } from './inspect-file.ts';
import type { FoundAt } from './tree.ts';
import { vmidOf } from './tree.ts';

/** VMIDs that two configs have, which pmxcfs refuses, and MAC addresses of two cards, which it does not know of. */
export function findDoubled(files: readonly Linted[]): readonly FoundAt[] {
  const guests = files.filter((file) => vmidOf(file) !== undefined);
  return [...doubledGuests(guests), ...doubledMacs(guests)];
}

function doubledGuests(guests: readonly Linted[]): readonly FoundAt[] {
  return groupsOf(guests.map((config) => [vmidOf(config) ?? '', config] as const)).flatMap(
    ([vmid, configs]) =>
      configs.map((config): FoundAt => {
        const others = configs.filter((other) => other !== config).map(({ source }) => source.file);
        const message = `VMID ${vmid} is also that of ${others.join(', ')}; a cluster has each once`;
        return [config, { line: 1, severity: 'error', code: 'tree/doubled-vmid', message }];
      }),
  );
}

/** Of cards as they are now: snapshots keep theirs, and templates are made to be copied. */
function doubledMacs(guests: readonly Linted[]): readonly FoundAt[] {
  const cards = guests
    .filter((guest) => !isTemplate(guest))
    .flatMap((guest) =>
      guest.defines.flatMap(({ kind, name, line }) =>
        kind === 'mac' ? [[name, { guest, line }] as const] : [],
      ),
    );
  return groupsOf(cards).flatMap(([mac, places]) =>
    places.map((place): FoundAt => {
      const others = places
        .filter((other) => other !== place)
        .map(({ guest, line }) => `${guest.source.file}:${line}`);
      const message = `MAC ${mac} is also that of ${others.join(', ')}; each card needs its own`;
      return [place.guest, { line: place.line, severity: 'warning', code: 'tree/doubled-mac', message }];
    }),
  );
}

/** Those of which there is more than one, by their key. */
function groupsOf<T>(items: readonly (readonly [string, T])[]): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const [key, item] of items) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups].filter(([, group]) => group.length > 1);
}

function isTemplate({ value }: Linted): boolean {
  if (typeof value !== 'object' || value === null || !('current' in value)) return false;
  const { current } = value;
  if (typeof current !== 'object' || current === null || !('template' in current)) return false;
  return /^(?:1|yes|on|true)$/iu.test(String(current.template));
}

import { options } from '../pve/guest-config.ts';
import { guests } from '../snapshot/guests.ts';
import { poolsOf } from '../snapshot/pools.ts';
import { isUnknown } from '../snapshot/snapshot.ts';
import { storages } from '../snapshot/storages.ts';
import type { Survey } from '../snapshot/survey.ts';
import { readFile } from '../snapshot/files.ts';
import type { Place } from './test-step.ts';
import { MARK } from './test-step.ts';

/** Names of a site, each with the word that stands for it in a report. */
export function namesOf(survey: Survey, place: Place, users: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const hide = (word: string, found: readonly (string | undefined)[]): void => {
    let count = 0;
    for (const name of found) {
      if (name === undefined || name === '' || /^\d+$/u.test(name) || names.has(name)) continue;
      count++;
      names.set(name, count === 1 ? word : `${word}-${count}`);
    }
  };
  hide('NODE', [place.node, place.host]);
  hide('STORAGE', [place.storage.id]);
  for (const snapshot of survey.clusters) {
    const members = Object.entries(snapshot.nodes);
    hide(
      'MEMBER',
      members.flatMap(([name, state]) => (isUnknown(state) ? [name] : [name, state.host])),
    );
    hide('CLUSTER', [snapshot.cluster]);
    const [all, pools, defined] = [guests(snapshot), poolsOf(snapshot), storages(snapshot)];
    if (!isUnknown(defined))
      hide(
        'OTHER-STORAGE',
        defined.map(({ id }) => id),
      );
    if (!isUnknown(pools)) hide('POOL', [...pools.pools.keys()]);
    if (!isUnknown(all))
      hide(
        'GUEST',
        all.map(({ config, type }) => guestName(config, type)),
      );
    hide('USER', usersIn(readFile(snapshot, '/etc/pve/user.cfg')));
  }
  hide(
    'USER',
    users.filter((user) => user !== 'root'),
  );
  return names;
}

function guestName(
  config: Parameters<typeof options>[0] | { readonly unknown: string },
  type: 'vm' | 'container',
) {
  if (isUnknown(config)) return undefined;
  const name = options(config)[type === 'vm' ? 'name' : 'hostname'];
  return name?.startsWith(MARK) === true ? undefined : name;
}

/** Users of "user:NAME@REALM:…" lines, whole and without the realm. */
function usersIn(text: unknown): readonly string[] {
  if (typeof text !== 'string') return [];
  return [...text.matchAll(/^(?:user|token):(?<id>[^:]+)/gmu)]
    .map(({ groups }) => groups?.['id'] ?? '')
    .filter((id) => id !== 'root@pam')
    .flatMap((id) => [id, id.split('@')[0] ?? '']);
}

const MAC = /\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/giu;
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/gu;
const IPV6 =
  /(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}(?![\w:])|(?<![\w:])(?:[0-9a-f]{1,4}:){1,7}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?(?![\w:])/giu;

/**
 * Text without what belongs to a site: these names (with the domain after one), addresses, MAC addresses, and what stands
 * for a secret. A name counts where it is a word of its own; "pve" in a path of Proxmox VE's own does not.
 */
export function createNameMask(names: ReadonlyMap<string, string>): (text: string) => string {
  const longestFirst = [...names.keys()].toSorted((a, b) => b.length - a.length);
  const words = longestFirst.map((name) => name.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`));
  const expression =
    words.length === 0
      ? undefined
      : new RegExp(
          String.raw`(?<![\w-])(?<!/etc/)(?<name>${words.join('|')})(?:(?:\.[a-z][a-z\d-]*)+(?![\w-]))?(?![\w-])`,
          'gu',
        );
  return (text) => {
    const plain = text
      .replaceAll(/<secret:[^>]*>/gu, '<secret>')
      .replaceAll(MAC, 'MAC')
      .replaceAll(IPV6, 'ADDRESS')
      .replaceAll(IPV4, 'ADDRESS');
    if (expression === undefined) return plain;
    return plain.replaceAll(expression, (_all, name: string) => names.get(name) ?? 'NAME');
  };
}

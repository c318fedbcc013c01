import type { Parameters } from '../cli/getopt.ts';
import { splitList } from '../formats/values.ts';
import { cloudinitData } from '../qm/cloudinit-data.ts';
import { loadVm } from '../qm/store.ts';
import type { Session } from '../session.ts';
import type { Json } from './format.ts';

/** Options that the API tells of, changed or not (API2/Qemu.pm: cloudinitoptions). */
const OPTIONS =
  /^(?:citype|ciuser|cipassword|ciupgrade|cicustom|searchdomain|nameserver|sshkeys|ipconfig\d+)$/;
const HIDDEN = '**********';

/** GET .../cloudinit: what the drive has and what it would get. Throws Failure. */
export function cloudinitRows(session: Session, { vmid = '' }: Parameters): Json {
  const { main, special } = loadVm(session, vmid);
  const recorded = special.get('cloudinit') ?? new Map<string, string>();
  const added = splitList(recorded.get('added') ?? '');
  const shown = (name: string, value: string | undefined): string =>
    name === 'cipassword' ? HIDDEN : (value ?? '');
  const kept = [...main.keys()].filter((name) => OPTIONS.test(name) && !added.includes(name));
  const gone = [...recorded.keys()].filter((name) => name !== 'added' && !main.has(name));
  return [
    ...added.map((key) => ({ key, pending: shown(key, main.get(key)) })),
    ...kept.map((key) => {
      const before = recorded.get(key);
      const now = shown(key, main.get(key));
      return before === undefined ? { key, value: now } : { key, value: shown(key, before), pending: now };
    }),
    ...gone.map((key) => ({ key, delete: 1 })),
  ];
}

/** GET .../cloudinit/dump. Throws Failure. */
export function cloudinitText(session: Session, { vmid = '', type = '' }: Parameters): Json {
  return cloudinitData(session.machine, vmid, loadVm(session, vmid).main, type, false);
}

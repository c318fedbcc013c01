import { readSections } from '../pve/section-config.ts';
import { haResourceDialect } from '../pve/section-dialect.ts';
import { oncePerSnapshot, readFile } from './files.ts';
import type { Snapshot, Unknown } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** Something that HA manages: what is wanted of it (ha/resources.cfg), and what it is (ha/manager_status). */
export interface HaService {
  /** "vm:100", "ct:200" */
  readonly sid: string;
  /** "started" where the file says nothing. "ignored": HA leaves it alone. */
  readonly state: string;
  /** "started", "stopped", "error", "fence", ...; undefined while no manager has taken it up. */
  readonly is?: string;
  /** Its group, on PVE 8. */
  readonly group?: string;
  /** HA moves it to a better node when there is one. */
  readonly failback: boolean;
}

/** The services of HA by their ids. */
export const haServices: (snapshot: Snapshot) => ReadonlyMap<string, HaService> | Unknown = oncePerSnapshot(
  (snapshot) => {
    const text = readFile(snapshot, '/etc/pve/ha/resources.cfg');
    if (isUnknown(text)) return text;
    const states = managerStates(snapshot);
    const services = readSections(text ?? '', haResourceDialect).map(({ id, options }): HaService => {
      const is = states.get(id);
      return {
        sid: id,
        state: options['state'] ?? 'started',
        failback: options['failback'] !== '0',
        ...(is !== undefined && { is }),
        ...(options['group'] !== undefined && { group: options['group'] }),
      };
    });
    return new Map(services.map((service) => [service.sid, service]));
  },
);

/** The state of each service as the manager last wrote it; none where there is no manager yet. */
function managerStates(snapshot: Snapshot): ReadonlyMap<string, string> {
  const text = readFile(snapshot, '/etc/pve/ha/manager_status');
  if (text === undefined || isUnknown(text)) return new Map();
  return new Map(
    [...text.matchAll(/"(?<sid>(?:vm|ct):\d+)":\{(?<status>[^{}]*)\}/gu)].flatMap(({ groups }) => {
      const state = /"state":"(?<state>[^"]*)"/u.exec(groups?.['status'] ?? '')?.groups?.['state'];
      return groups?.['sid'] === undefined || state === undefined ? [] : [[groups['sid'], state] as const];
    }),
  );
}

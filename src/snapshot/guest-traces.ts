import { readSections } from '../pve/section-config.ts';
import type { SectionDialect } from '../pve/section-dialect.ts';
import { jobDialect, perlDialect, replicationDialect } from '../pve/section-dialect.ts';
import { splitList } from '../pve/text-list.ts';
import { userState } from '../pve/user-cfg-state.ts';
import { decodeUserConfig } from '../pve/user-cfg.ts';
import { readFile } from './files.ts';
import { USER_CFG } from './pools.ts';
import type { Snapshot } from './snapshot.ts';
import { isUnknown } from './snapshot.ts';

/** Where a cluster's files name a guest beside its own config. A file that could not be read names none. */
export interface GuestTraces {
  readonly pool?: string;
  /** It has a file of firewall rules. */
  readonly firewall: boolean;
  /** Who has permissions on it: "ops@pve", "@admins". */
  readonly permissions: readonly string[];
  /** Backup jobs that name it, and whether they name nothing else. */
  readonly backupJobs: readonly { readonly id: string; readonly alone: boolean }[];
  readonly replications: readonly string[];
  /** HA rules that name it, and whether they name nothing else. */
  readonly haRules: readonly { readonly id: string; readonly alone: boolean }[];
}

/** `sid` is its id in HA: "vm:100". */
export function guestTraces(snapshot: Snapshot, vmid: number, sid: string): GuestTraces {
  const users = userState(decodeUserConfig(textOf(snapshot, USER_CFG)));
  const pool = [...users.pools.values()].find(({ guests }) => guests.includes(String(vmid)))?.id;
  const naming = (list: string | undefined, name: string) => {
    const names = splitList(list ?? '');
    return names.includes(name) ? { alone: names.length === 1 } : undefined;
  };
  const jobs = sections(snapshot, '/etc/pve/jobs.cfg', jobDialect);
  const rules = sections(snapshot, '/etc/pve/ha/rules.cfg', perlDialect);
  const replications = sections(snapshot, '/etc/pve/replication.cfg', replicationDialect);
  return {
    ...(pool !== undefined && { pool }),
    firewall: textOf(snapshot, `/etc/pve/firewall/${vmid}.fw`) !== '',
    permissions: [
      ...new Set(users.acl.flatMap(({ path, member }) => (path === `/vms/${vmid}` ? [member] : []))),
    ],
    backupJobs: jobs.flatMap(({ type, id, options }) => {
      const named = type === 'vzdump' ? naming(options['vmid'], String(vmid)) : undefined;
      return named === undefined ? [] : [{ id, ...named }];
    }),
    replications: replications.flatMap(({ id }) => (id.startsWith(`${vmid}-`) ? [id] : [])),
    haRules: rules.flatMap(({ id, options }) => {
      const named = naming(options['resources'], sid);
      return named === undefined ? [] : [{ id, ...named }];
    }),
  };
}

function sections(snapshot: Snapshot, path: string, dialect: SectionDialect) {
  return readSections(textOf(snapshot, path), dialect);
}

function textOf(snapshot: Snapshot, path: string): string {
  const text = readFile(snapshot, path);
  return text === undefined || isUnknown(text) ? '' : text;
}

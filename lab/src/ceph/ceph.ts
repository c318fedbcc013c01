import type { Cluster } from '../machine.ts';
import type { Program } from '../shell/program.ts';
import { done, failed } from '../shell/ran.ts';

/** Flags that `ceph osd set` takes, and how the OSD map names them (Ceph's OSDMonitor). */
const FLAGS = new Set(
  ['nobackfill', 'nodeep-scrub', 'nodown', 'noin', 'noout', 'norebalance', 'norecover', 'noscrub'].concat([
    'nosnaptrim',
    'noup',
    'pause',
  ]),
);
const ALWAYS = ['sortbitwise', 'recovery_deletes', 'purged_snapdirs', 'pglog_hardlimit'];

const flagsSet = new WeakMap<Cluster, Set<string>>();

/**
 * ceph(8), as far as it goes without data: health, osd dump, osd set and unset; each member of the cluster has one OSD.
 * Ceph was not recorded: this is after its public source and documentation. There is Ceph where /etc/pve/ceph.conf is.
 */
export const ceph: Program = ({ argv, node }) => {
  const { machine } = node;
  const { cluster, files } = machine;
  if (!files.exists('/etc/pve/ceph.conf'))
    return failed(
      "Error initializing cluster client: ObjectNotFound('RADOS object not found (error calling conf_read_file)')",
    );
  const isJson = argv.some((word) => word === 'json' || word === '--format=json');
  const words = argv.filter(
    (word, at) =>
      !word.startsWith('-') && !['--format', '-f', '--connect-timeout'].includes(argv[at - 1] ?? ''),
  );
  const set = flagsSet.get(cluster) ?? new Set<string>();
  flagsSet.set(cluster, set);
  switch (words.slice(0, 2).join(' ')) {
    case 'health':
      return done(
        isJson ? `\n${JSON.stringify(health(cluster, set))}\n` : `${health(cluster, set).status}\n`,
      );
    case 'osd dump':
      return isJson
        ? done(`\n${JSON.stringify({ epoch: 1, flags_set: [...mapFlags(set), ...ALWAYS].toSorted() })}\n`)
        : failed('ceph: the lab simulates osd dump as JSON only', 22);
    case 'osd set':
    case 'osd unset': {
      const flag = words[2] ?? '';
      if (!FLAGS.has(flag)) return failed(`Invalid command: ${flag} not in ${[...FLAGS].join('|')}`, 22);
      if (words[1] === 'set') set.add(flag);
      else set.delete(flag);
      return { stdout: '', stderr: `${mapFlags(new Set([flag])).join(',')} is ${words[1]}\n`, exit: 0 };
    }
    default:
      return failed(`ceph: the lab does not simulate '${words.join(' ')}'`, 22);
  }
};

const mapFlags = (set: ReadonlySet<string>): readonly string[] =>
  [...set].flatMap((flag) => (flag === 'pause' ? ['pauserd', 'pausewr'] : [flag]));

interface Health {
  readonly status: string;
  readonly checks: Readonly<Record<string, object>>;
  readonly mutes: readonly unknown[];
}

function health(cluster: Cluster, set: ReadonlySet<string>): Health {
  const down = cluster.members.filter(({ name }) => !cluster.isOnline(name)).length;
  const check = (message: string, count: number): object => ({
    severity: 'HEALTH_WARN',
    summary: { message, count },
    muted: false,
  });
  const checks = {
    ...(set.size > 0 && { OSDMAP_FLAGS: check(`${mapFlags(set).join(',')} flag(s) set`, set.size) }),
    ...(down > 0 && { OSD_DOWN: check(`${down} osds down`, down) }),
  };
  return { status: Object.keys(checks).length === 0 ? 'HEALTH_OK' : 'HEALTH_WARN', checks, mutes: [] };
}

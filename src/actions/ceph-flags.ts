import { parseOsdFlags } from '../pve/ceph-health.ts';
import type { Facts } from './host/facts.ts';
import type { Decision } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, list, preset } from './host/parameters.ts';

/** That people set and unset (Ceph's `ceph osd set`). */
const FLAGS = [
  'nobackfill',
  'nodeep-scrub',
  'nodown',
  'noin',
  'noout',
  'norebalance',
  'norecover',
  'noscrub',
  'nosnaptrim',
  'noup',
  'pause',
];

const parameters = {
  flags: preset(list(`Which: ${FLAGS.join(', ')}.`, ['name']), ['noout']),
  state: preset(choice(['present', 'absent'], 'Whether they are set.'), 'present'),
};

const CONFIG = '/etc/pve/ceph.conf';
const DUMP = ['ceph', '--connect-timeout', '20', 'osd', 'dump', '--format', 'json'];

/** Flags of the whole Ceph cluster: noout keeps it from moving data while a node restarts. */
export const cephFlags = plainHostTask({
  name: 'ceph_flags',
  help: 'Sets or unsets flags of the whole Ceph cluster, such as noout; without Ceph it does nothing.',
  parameters,
  notYet: [],
  changes: true,
  check: ({ flags }) =>
    flags.flatMap((flag) =>
      FLAGS.includes(flag)
        ? []
        : [{ argument: 'flags', what: `"${flag}" is no flag; one of ${FLAGS.join(', ')} is wanted` }],
    ),
  reads: () => [
    { read: 'path', path: CONFIG },
    { read: 'output', argv: DUMP, timeoutSeconds: 30 },
  ],
  decide,
});

function decide({ flags, state }: Values<typeof parameters>, facts: Facts): Decision {
  if (facts.path(CONFIG).followed === undefined)
    return { is: 'as wanted', message: 'no Ceph here', result: { flags: [] } };
  const { exit, text } = facts.output(DUMP);
  const now = exit === 0 ? parseOsdFlags(text) : undefined;
  if (now === undefined)
    return {
      is: 'refused',
      why: `Cannot read the flags of Ceph: ceph does not answer (exit code ${exit}); it said: ${text.trim()}`,
    };
  const isWanted = state === 'present';
  const changed = flags.filter((flag) => isSet(flag, now) !== isWanted);
  const result = { flags: FLAGS.filter((flag) => isSet(flag, now)) };
  if (changed.length === 0) return { is: 'as wanted', result };
  return {
    is: 'change',
    acts: changed.map((flag) => ({ argv: ['ceph', 'osd', isWanted ? 'set' : 'unset', flag] })),
    result,
  };
}

/** "pause" stands there as the two that it is. */
function isSet(flag: string, now: readonly string[]): boolean {
  return flag === 'pause' ? now.includes('pauserd') || now.includes('pausewr') : now.includes(flag);
}

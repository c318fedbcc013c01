import type { Parameters } from '../cli/getopt.ts';
import { checkPublicKeys } from '../cli/file-parameters.ts';
import { attempt, die, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import { checkHookscript } from '../guest/hookscript.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { checkDriveStorages } from './disks.ts';
import { normalizeDrives, resolveCdromAlias } from './drive.ts';
import { withMac } from './network.ts';
import { clampCpuUnits } from './options.ts';

/** One `qm set`: what it changes. */
export interface Update {
  readonly vmid: string;
  readonly parameters: Record<string, string>;
  readonly deletes: string[];
  readonly reverts: readonly string[];
  readonly digest: string | undefined;
  readonly skipLock: boolean;
  readonly force: boolean;
  /** `-cores 2 -name b`, as PVE prints it. */
  readonly log: string;
}

/** Options of a VM's config; what only steers `qm set` is none. */
function isOption(name: string): boolean {
  const steering = [
    'node',
    'vmid',
    'delete',
    'revert',
    'digest',
    'force',
    'skiplock',
    'background_delay',
    'import-working-storage',
  ];
  return (
    (parametersOf('PUT /nodes/{node}/qemu/{vmid}/config')[name] !== undefined && !steering.includes(name)) ||
    ['meta', 'vmstate', 'parent', 'snaptime', 'runningmachine', 'runningcpu'].includes(name)
  );
}

/** Reads what `qm set` was told and refuses what contradicts itself. Throws Failure. */
export function readUpdate(session: Session, given: Parameters): Update {
  const { vmid = '', digest, skip_cloud_init: _skip, 'import-working-storage': _working, ...rest } = given;
  const log = Object.keys(rest)
    .toSorted()
    .map((name) => `-${name} ${name === 'cipassword' ? '<hidden>' : rest[name]}`)
    .join(' ');
  const { skiplock, delete: deleted = '', revert = '', force, ...options } = rest;
  const parameters: Record<string, string> = { ...options };
  if (parameters['sshkeys'] !== undefined) checkPublicKeys(decodeURIComponent(parameters['sshkeys']));
  clampCpuUnits(parameters);
  if (isEmpty(deleted) && isEmpty(revert) && Object.keys(parameters).length === 0)
    die('no options specified');
  resolveCdromAlias(parameters);
  const reverts = splitList(revert);
  for (const name of reverts) {
    if (!isOption(name)) refuseParameters({ revert: `unknown option '${name}'` });
    if (parameters[name] !== undefined)
      refuseParameters({ delete: `you can't use '-${name}' and -revert ${name}' at the same time` });
  }
  const deletes = splitList(deleted).map((name) => (name === 'cdrom' ? 'ide2' : name));
  for (const name of deletes) {
    if (parameters[name] !== undefined)
      refuseParameters({ delete: `you can't use '-${name}' and -delete ${name}' at the same time` });
    if (reverts.includes(name))
      refuseParameters({ revert: `you can't use '-delete ${name}' and -revert ${name}' at the same time` });
    if (!isOption(name)) refuseParameters({ delete: `unknown option '${name}'` });
  }
  normalizeDrives(session.machine, parameters);
  for (const [name, value] of Object.entries(parameters)) {
    if (/^net\d+$/.test(name)) parameters[name] = withMac(session.machine, value);
    if (name === 'vmgenid' && value === '1') parameters[name] = session.machine.random.uuid();
    if (name === 'hookscript') {
      const refusal = attempt(() => checkHookscript(session.machine, value));
      if (refusal !== undefined) refuseParameters({ hookscript: refusal });
    }
  }
  checkDriveStorages(session, parameters, undefined);
  return {
    vmid,
    parameters,
    deletes,
    reverts,
    digest,
    skipLock: skiplock === '1',
    force: force === '1',
    log,
  };
}

function isEmpty(value: string): boolean {
  return value === '' || value === '0';
}

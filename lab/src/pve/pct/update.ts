import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { splitList } from '../formats/values.ts';
import { verifierOf } from '../formats/named.ts';
import { digestOf, type GuestConfig } from '../guest/config.ts';
import { addPendingDelete, cleanPending, removePendingDelete } from '../guest/pending.ts';
import { configText, refuseLocked, refuseProtected } from '../guest/store.ts';
import { checkHookscript } from '../guest/hookscript.ts';
import { uniqueTags } from '../guest/tags.ts';
import { withGuestLock } from '../locks.ts';
import { clampCpuUnits } from '../qm/options.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';
import { storageOf } from '../storage/config.ts';
import { requireVolumeId } from '../storage/volume-name.ts';
import { applyPending, type Refusals } from './apply-pending.ts';
import { hotplugPending } from './hotplug.ts';
import { isRunning } from './run-state.ts';
import { loadCt, saveCt } from './store.ts';
import { isMountName, isVolume, parseMount } from './volume.ts';

/** `pct set` (PVE::API2::LXC::Config update_vm). Throws Failure. */
export async function updateCt(session: Session, given: Parameters): Promise<void> {
  const { vmid = '', digest, ...rest } = given;
  if (Object.keys(rest).length === 0) die('no options specified');
  const { delete: deleted = '', revert = '', ...parameters } = rest;
  clampCpuUnits(parameters);
  await withGuestLock(session, 'lxc', vmid, 10, async () => {
    const config = loadCt(session, vmid);
    refuseLocked('lxc', config);
    if (digest !== undefined && digest !== digestOf(configText(session.machine, 'lxc', vmid))) {
      die('detected modified configuration - file changed by other user? Try again.');
    }
    const deletes = splitList(deleted);
    const reverts = splitList(revert);
    checkNames(parameters, deletes, reverts);
    const errors = await changeConfig(session, vmid, config, parameters, deletes, reverts);
    if (Object.keys(errors).length > 0) refuseParameters(errors);
    saveCt(session, vmid, config);
  });
}

function checkNames(parameters: Parameters, deletes: readonly string[], reverts: readonly string[]): void {
  for (const name of reverts) {
    if (!isOption(name)) refuseParameters({ revert: `unknown option '${name}'` });
    if (parameters[name] !== undefined)
      refuseParameters({ revert: `you can't use '-${name}' and '-revert ${name}' at the same time` });
  }
  for (const name of deletes) {
    if (!isOption(name)) refuseParameters({ delete: `unknown option '${name}'` });
    if (parameters[name] !== undefined)
      refuseParameters({ delete: `you can't use '-${name}' and -delete ${name}' at the same time` });
    if (reverts.includes(name))
      refuseParameters({ delete: `you can't use '-delete ${name}' and '-revert ${name}' at the same time` });
  }
}

function isOption(name: string): boolean {
  const steering = ['node', 'vmid', 'delete', 'revert', 'digest'];
  return parametersOf('PUT /nodes/{node}/lxc/{vmid}/config')[name] !== undefined && !steering.includes(name);
}

/**
 * Puts changes into a container's config, in memory: into its pending part, and from there into what holds as far as its state allows
 * (update_pct_config). Returns the refusals. Throws Failure.
 */
export async function changeConfig(
  session: Session,
  vmid: string,
  config: GuestConfig,
  parameters: Parameters,
  deletes: readonly string[] = [],
  reverts: readonly string[] = [],
): Promise<Refusals> {
  for (const name of reverts) {
    config.pending.delete(name);
    removePendingDelete(config, name);
  }
  const modified = new Set<string>();
  for (const name of deletes) {
    if (!config.main.has(name) && !config.pending.has(name)) {
      session.warn(`cannot delete '${name}' - not set in current configuration!\n`);
      continue;
    }
    modified.add(name);
    if (/^(memory|rootfs|ostype)$/.test(name)) die(`unable to delete required option '${name}'`);
    if (/^(unused|mp)\d+$/.test(name)) refuseProtected(config, `can't remove CT ${vmid} drive '${name}'`);
    if (name === 'unprivileged') die(`unable to delete read-only option: '${name}'`);
    addPendingDelete(config, name, false);
  }
  for (const name of Object.keys(parameters).toSorted()) {
    modified.add(name);
    config.pending.set(name, checkedValue(session, vmid, config, name, parameters[name] ?? ''));
    removePendingDelete(config, name);
  }
  cleanPending(config);
  return isRunning(session.machine, vmid)
    ? hotplugPending(session, vmid, config, modified)
    : applyPending(session, vmid, config, modified);
}

function checkedValue(
  session: Session,
  vmid: string,
  config: GuestConfig,
  name: string,
  value: string,
): string {
  if (isMountName(name)) {
    refuseProtected(config, `can't update CT ${vmid} drive '${name}'`);
    const mount = parseMount(name, value);
    if (isVolume(mount)) {
      const { storage } = requireVolumeId(mount['volume'] ?? '');
      if (!storageOf(session.machine, storage).content.has('rootdir'))
        die(`storage '${storage}' does not allow content type 'rootdir' (Container)`);
    }
  } else if (name === 'nameserver') {
    const servers = splitList(value);
    servers.forEach(verifierOf('lxc-ip-with-ll-iface'));
    return servers.join(' ');
  } else if (name === 'searchdomain') {
    return splitList(value).join(' ');
  } else if (name === 'unprivileged') {
    die(`unable to modify read-only option: '${name}'`);
  } else if (name === 'hookscript') {
    checkHookscript(session.machine, value);
  } else if (/^net\d+$/.test(name)) {
    checkMtu(session, name, value);
  } else if (/^dev\d+$/.test(name)) {
    checkDevice(session, name, value);
  } else if (name === 'tags') {
    return uniqueTags(session.machine, value);
  }
  return value;
}

/** The bridge's own MTU is 1500 unless the node's interfaces file says otherwise. */
function checkMtu(session: Session, name: string, value: string): void {
  const mtu = Number(/(?:^|,)mtu=(\d+)/.exec(value)?.[1] ?? 0);
  const bridge = /(?:^|,)bridge=([^,]+)/.exec(value)?.[1] ?? '';
  const block = (session.machine.files.read('/etc/network/interfaces') ?? '')
    .split(/\n(?=iface |auto )/)
    .find((part) => part.startsWith(`iface ${bridge} `));
  const most = Number(/^\s+mtu\s+(\d+)/m.exec(block ?? '')?.[1] ?? 1500);
  if (mtu > most) die(`${name}: MTU size '${mtu}' is bigger than bridge MTU '${most}'`);
}

/** Devices that every node has; others are looked for among its files. */
const DEVICES = new Set([
  '/dev/null',
  '/dev/zero',
  '/dev/full',
  '/dev/random',
  '/dev/urandom',
  '/dev/tty',
  '/dev/fuse',
  '/dev/net/tun',
]);

function checkDevice(session: Session, name: string, value: string): void {
  const path =
    /^(?:path=)?(\/[^,]+)/.exec(value)?.[1] ?? die(`Path is not defined for passthrough device ${name}`);
  if (!DEVICES.has(path) && !session.machine.files.exists(path)) die(`Device ${path} does not exist`);
}

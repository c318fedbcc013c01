import { address, formatAddress } from '../../address.ts';
import type { Act, Step } from '../../plan/plan.ts';
import type { PveCall } from '../../pve/call.ts';
import type { GuestKind } from './guest-kind.ts';
import { SHUTDOWN_SECONDS } from './guest-kind.ts';

export type DraftStep = Omit<Step, 'id'>;

/** Which guest a step is about. */
export interface GuestAt {
  readonly kind: Pick<GuestKind, 'kind' | 'type'>;
  readonly vmid: number;
  readonly node: string;
  readonly cluster: string;
  readonly path: string;
}

/** The same with all that is known of its kind. */
export interface Target extends GuestAt {
  readonly kind: GuestKind;
}

const START_SECONDS = 120;
const HIBERNATE_SECONDS = 3600;

export function guestPath(target: Pick<GuestAt, 'kind' | 'vmid' | 'node'>): string {
  return `/nodes/${target.node}/${target.kind.type}/${target.vmid}`;
}

export function guestLock(target: GuestAt): string {
  return `guest/${target.vmid}@${target.cluster}`;
}

const statusAct = (target: GuestAt, word: string, params: PveCall['params'] = {}): Act => ({
  run: 'call',
  call: { method: 'POST', path: `${guestPath(target)}/status/${word}`, params },
});

const startAct = (target: GuestAt): Act => statusAct(target, 'start');

function shutdownAct(target: GuestAt, seconds: number, forceStop: boolean): Act {
  return statusAct(target, 'shutdown', { timeout: String(seconds), ...(forceStop && { forceStop: '1' }) });
}

export function startStep(target: GuestAt): DraftStep {
  return {
    ...powerStep(target, 'running'),
    act: startAct(target),
    undo: [shutdownAct(target, SHUTDOWN_SECONDS, false)],
    detached: false,
    timeoutSeconds: START_SECONDS,
  };
}

/** Starts a guest that the step before has made: its config is new, there is none that it could differ from. */
export function startNewStep(target: GuestAt): DraftStep {
  const step = startStep(target);
  return { ...step, guards: step.guards.filter(({ require }) => require !== 'unchanged') };
}

/** A clean shutdown within its time; a hard stop after it only if the spec says so. Detached, as it may take minutes. */
export function shutdownStep(target: GuestAt, seconds: number, forceStop: boolean): DraftStep {
  return {
    ...powerStep(target, 'stopped'),
    act: shutdownAct(target, seconds, forceStop),
    undo: [startAct(target)],
    detached: true,
    timeoutSeconds: seconds + START_SECONDS,
  };
}

/** As pulling the plug. */
export function stopStep(target: GuestAt): DraftStep {
  return {
    ...powerStep(target, 'stopped'),
    act: statusAct(target, 'stop'),
    undo: [startAct(target)],
    detached: true,
    timeoutSeconds: START_SECONDS,
  };
}

/** Down within that time and up again; pending changes are applied in between. */
export function rebootStep(target: GuestAt, seconds: number): DraftStep {
  const { kind, vmid, cluster, node } = target;
  return {
    ...whileRunning(target),
    act: statusAct(target, 'reboot', { timeout: String(seconds) }),
    // qm comes back as soon as the VM is down; qmeventd starts it again (qemu-server PVE/CLI/qm.pm cleanup).
    effects:
      kind.kind === 'vm'
        ? []
        : [
            {
              brings: 'power',
              address: address(kind.kind, vmid, cluster),
              node,
              is: 'running',
              how: 'restart',
            },
          ],
    undo: { impossible: 'it was restarted' },
    detached: true,
    timeoutSeconds: seconds + START_SECONDS,
  };
}

/** Paused, in memory: no file tells it from one that runs. */
export function suspendStep(target: GuestAt): DraftStep {
  return {
    ...whileRunning(target),
    act: statusAct(target, 'suspend'),
    undo: [statusAct(target, 'resume')],
    detached: false,
    timeoutSeconds: START_SECONDS,
  };
}

export function resumeStep(target: GuestAt): DraftStep {
  return {
    ...whileRunning(target),
    act: statusAct(target, 'resume'),
    undo: { impossible: 'whether it was paused is not known' },
    detached: false,
    timeoutSeconds: START_SECONDS,
  };
}

/** To disk: it takes as long as its memory takes to be written. */
export function hibernateStep(target: GuestAt, storage: string | undefined): DraftStep {
  const params = { todisk: '1', ...(storage !== undefined && { statestorage: storage }) };
  const { kind, vmid, cluster, node } = target;
  return {
    ...powerStep(target, 'stopped'),
    act: statusAct(target, 'suspend', params),
    effects: [
      {
        brings: 'power',
        address: address(kind.kind, vmid, cluster),
        node,
        is: 'stopped',
        how: 'hibernation',
      },
    ],
    undo: [startAct(target)],
    detached: true,
    timeoutSeconds: HIBERNATE_SECONDS,
  };
}

/** A step for a guest that runs, and runs after it. */
function whileRunning(target: GuestAt): Pick<DraftStep, 'node' | 'guards' | 'locks' | 'effects'> {
  const { kind, vmid } = target;
  const step = powerStep(target, 'running');
  return {
    ...step,
    guards: step.guards.map((guard) =>
      guard.require === 'power' ? { require: 'power', guest: kind.kind, vmid, is: 'running' } : guard,
    ),
  };
}

function powerStep(
  target: GuestAt,
  is: 'running' | 'stopped',
): Pick<DraftStep, 'node' | 'guards' | 'locks' | 'effects'> {
  const { kind, vmid, node, cluster, path } = target;
  return {
    node,
    guards: [
      { require: 'quorum' },
      { require: 'unchanged', path },
      { require: 'power', guest: kind.kind, vmid, is: is === 'running' ? 'stopped' : 'running' },
    ],
    locks: [guestLock(target)],
    effects: [{ brings: 'power', address: address(kind.kind, vmid, cluster), node, is }],
  };
}

/** The name that people know a guest by. */
export function titleOf(kind: GuestKind, vmid: number, name: string | undefined): string {
  return name ?? formatAddress(address(kind.kind, vmid, '')).replace(/@$/u, '');
}

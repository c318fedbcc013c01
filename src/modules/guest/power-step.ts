import { address, formatAddress } from '../../address.ts';
import type { Act, Step } from '../../plan/plan.ts';
import type { GuestKind } from './guest-kind.ts';
import { SHUTDOWN_SECONDS } from './guest-kind.ts';

export type DraftStep = Omit<Step, 'id'>;

/** Which guest a step is about. */
export interface Target {
  readonly kind: GuestKind;
  readonly vmid: number;
  readonly node: string;
  readonly cluster: string;
  readonly path: string;
}

const START_SECONDS = 120;

export function guestPath(target: Pick<Target, 'kind' | 'vmid' | 'node'>): string {
  return `/nodes/${target.node}/${target.kind.type}/${target.vmid}`;
}

export function guestLock(target: Target): string {
  return `guest/${target.vmid}@${target.cluster}`;
}

const startAct = (target: Target): Act => ({
  run: 'call',
  call: { method: 'POST', path: `${guestPath(target)}/status/start`, params: {} },
});

function shutdownAct(target: Target, seconds: number, forceStop: boolean): Act {
  const params = { timeout: String(seconds), ...(forceStop && { forceStop: '1' }) };
  return { run: 'call', call: { method: 'POST', path: `${guestPath(target)}/status/shutdown`, params } };
}

export function startStep(target: Target): DraftStep {
  return {
    ...powerStep(target, 'running'),
    act: startAct(target),
    undo: [shutdownAct(target, SHUTDOWN_SECONDS, false)],
    detached: false,
    timeoutSeconds: START_SECONDS,
  };
}

/** A clean shutdown within its time; a hard stop after it only if the spec says so. Detached, as it may take minutes. */
export function shutdownStep(target: Target, seconds: number, forceStop: boolean): DraftStep {
  return {
    ...powerStep(target, 'stopped'),
    act: shutdownAct(target, seconds, forceStop),
    undo: [startAct(target)],
    detached: true,
    timeoutSeconds: seconds + START_SECONDS,
  };
}

function powerStep(
  target: Target,
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

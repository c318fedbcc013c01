import type { Act, Effect } from '../plan/plan.ts';
import type { DraftStep } from '../modules/guest/power-step.ts';
import { guestLock, guestPath } from '../modules/guest/power-step.ts';
import { haTakenUpSteps } from '../modules/guest/ha-step.ts';
import type { HaService } from '../snapshot/ha-services.ts';
import { haSays, waitOrGiveUpStep, waitStep } from '../modules/guest/wait-step.ts';
import type { ActedGuest } from './acted-guest.ts';

/** How a guest is moved: while it runs, by way of a restart, or as it lies there. */
export type MoveMode = 'online' | 'restart' | 'offline';

export interface Move {
  readonly target: string;
  readonly mode: MoveMode;
  /** That a container's shutdown may take. */
  readonly seconds: number;
  readonly storageMap?: string;
  readonly withLocalDisks: boolean;
  /** Guests that leave a node at the same time. */
  readonly atOnce: number;
}

/** A disk of some TB over a slow network takes a day. */
const MOVE_SECONDS = 86_400;
const HA_MOVE_SECONDS = 14_400;
const START_SECONDS = 120;
const COMMAND_SECONDS = 60;

/** The move, and then a look on the other node whether it runs there. */
export function moveSteps(guest: ActedGuest, move: Move): readonly DraftStep[] {
  const { target, mode } = move;
  const back = { ...guest, node: target };
  return [
    {
      node: guest.node,
      act: moveAct(guest, move),
      guards: [
        { require: 'quorum' },
        { require: 'unchanged', path: guest.path },
        {
          require: 'power',
          guest: guest.type,
          vmid: guest.vmid,
          is: mode === 'offline' ? 'stopped' : 'running',
        },
      ],
      locks: [guestLock(guest), moveLock(guest, move)],
      effects: [placed(guest, target)],
      undo: [moveAct(back, { ...move, target: guest.node })],
      detached: true,
      timeoutSeconds: MOVE_SECONDS,
    },
    ...(mode === 'offline' ? [] : [waitStep(guest, target, 'running', runsThere(guest), START_SECONDS)]),
  ];
}

function moveAct(guest: ActedGuest, { target, mode, seconds, storageMap, withLocalDisks }: Move): Act {
  const isVm = guest.type === 'vm';
  return {
    run: 'call',
    call: {
      method: 'POST',
      path: `${guestPath(guest)}/migrate`,
      params: {
        target,
        ...(mode === 'online' && { online: '1' }),
        ...(mode === 'restart' && { restart: '1', timeout: String(seconds) }),
        ...(mode === 'online' && withLocalDisks && { 'with-local-disks': '1' }),
        ...(storageMap !== undefined && { [isVm ? 'targetstorage' : 'target-storage']: storageMap }),
      },
    },
  };
}

/** HA takes the wish up within some ten seconds and comes back at once; what comes of it, its manager says. */
export function haMoveSteps(guest: ActedGuest, service: HaService, move: Move): readonly DraftStep[] {
  const { target, mode } = move;
  const { sid } = service;
  const word = mode === 'restart' ? 'relocate' : 'migrate';
  const ask = (node: string): Act => ({
    run: 'call',
    call: { method: 'POST', path: `/cluster/ha/resources/${sid}/${word}`, params: { node } },
  });
  const is = mode === 'offline' ? 'stopped' : 'running';
  const state = mode === 'offline' ? ['"state":"stopped"'] : ['"state":"started"', '"running":1'];
  const there = haSays(sid, `"node":"${target}"`, ...state);
  const here = haSays(sid, `"node":"${guest.node}"`, ...state);
  const wait = waitOrGiveUpStep(
    guest,
    target,
    is,
    [there, here],
    HA_MOVE_SECONDS,
    `HA has left it on ${guest.node}`,
  );
  return [
    ...haTakenUpSteps(guest, service, is),
    {
      node: guest.node,
      act: ask(target),
      guards: [{ require: 'quorum' }],
      locks: [guestLock(guest), `ha/commands@${guest.cluster}`],
      effects: [],
      undo: [ask(guest.node)],
      detached: false,
      timeoutSeconds: COMMAND_SECONDS,
    },
    {
      ...wait,
      locks: [moveLock(guest, move)],
      effects: [placed(guest, target), ...wait.effects],
    },
  ];
}

/** So many of a node at the same time; see Locks. */
function moveLock({ node, cluster }: ActedGuest, { atOnce }: Move): string {
  return `moves from ${node}@${cluster}#${atOnce}`;
}

function placed({ address, node }: ActedGuest, to: string): Effect {
  return { brings: 'place', address, node, to };
}

function runsThere({ type, vmid }: ActedGuest): string {
  return `${type === 'vm' ? 'qm' : 'pct'} status ${vmid} | grep -q running`;
}

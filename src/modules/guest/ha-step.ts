import type { DraftStep, GuestAt } from './power-step.ts';
import { guestLock } from './power-step.ts';
import type { HaService } from '../../snapshot/ha-services.ts';
import { haSays, waitOrGiveUpStep, waitStep } from './wait-step.ts';

/** Seconds that manager and node take to see a wish, each looking every ten seconds, and to start a guest. */
const HA_START_SECONDS = 180;
const HA_SLACK_SECONDS = 60;
const COMMAND_SECONDS = 60;

/** The power that HA gave a guest before is what its resource said; it takes it up within some ten seconds. */
export function haStartSteps(target: GuestAt, sid: string): readonly DraftStep[] {
  const { node, cluster } = target;
  const setState = (state: 'started' | 'stopped') => ({
    run: 'call' as const,
    call: { method: 'PUT' as const, path: `/cluster/ha/resources/${sid}`, params: { state } },
  });
  return [
    {
      node,
      act: setState('started'),
      guards: [{ require: 'quorum' }],
      locks: [guestLock(target), `ha/resources@${cluster}`],
      effects: [],
      undo: [setState('stopped')],
      detached: false,
      timeoutSeconds: COMMAND_SECONDS,
    },
    waitStep(target, node, 'running', haSays(sid, '"state":"started"', '"running":1'), HA_START_SECONDS),
  ];
}

/** HA shuts a guest down within so many seconds, a VM hard when they are over; 0 stops it at once (pitfall 9). */
export function haStopSteps(target: GuestAt, service: HaService, seconds: number): readonly DraftStep[] {
  const { node, cluster } = target;
  const { sid } = service;
  return [
    ...haTakenUpSteps(target, service, 'running'),
    {
      node,
      act: { run: 'exec', argv: ['ha-manager', 'crm-command', 'stop', sid, String(seconds)] },
      guards: [{ require: 'quorum' }],
      locks: [guestLock(target), `ha/resources@${cluster}`],
      effects: [],
      undo: [
        {
          run: 'call',
          call: { method: 'PUT', path: `/cluster/ha/resources/${sid}`, params: { state: 'started' } },
        },
      ],
      detached: false,
      timeoutSeconds: COMMAND_SECONDS,
    },
    waitStep(target, node, 'stopped', haSays(sid, '"state":"stopped"'), seconds + HA_SLACK_SECONDS),
  ];
}

/**
 * HA's manager forgets a command for a service that it has not taken up, or takes up in the same round (pve-ha-manager,
 * HA/Manager.pm: a change of state drops the command): for one that was just added it is waited for first.
 */
export function haTakenUpSteps(
  target: GuestAt,
  { sid, is }: HaService,
  power: 'running' | 'stopped',
): readonly DraftStep[] {
  if (is !== undefined && !is.startsWith('request_')) return [];
  const settled = haSays(sid, power === 'running' ? '"state":"started"' : '"state":"stopped"');
  const words = 'HA has not taken it up within a minute; see: ha-manager status';
  return [waitOrGiveUpStep(target, target.node, power, [settled, 'true'], HA_START_SECONDS, words)];
}

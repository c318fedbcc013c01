import type { Diagnostic } from '../../diagnostic.ts';
import { setOption } from '../../pve/guest-config-edit.ts';
import { rewriteGuestConfig } from '../../pve/guest-config-rewrite.ts';
import { withGuest } from '../../snapshot/change.ts';
import { findGuest } from '../../snapshot/guests.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { Wanted } from '../module.ts';
import { refusal } from './check-place.ts';
import type { GuestKind } from './guest-kind.ts';
import { lockRefusals, powerRefusals } from './guest-refusals.ts';
import type { DraftStep } from './power-step.ts';
import { guestLock, guestPath } from './power-step.ts';
import type { Guest } from './read-guest.ts';
import { sideEffect } from './side-effect.ts';
import type { SideSetting } from './side-setting.ts';
import { missingText } from './side-setting.ts';

/** Seconds: on some storages its disks are copied to become bases. */
const TEMPLATE_SECONDS = 1800;

/** Whether a guest is a template: `qm template`, `pct template`, which rename its disks to bases. There is no way back. */
export const template: SideSetting = {
  name: 'template',
  help: 'Make it a template, which stays one: it is not started, and its disks do not grow.',
  parse(value) {
    if (value === null) return { value: '0' };
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    const text = isPlain ? String(value).toLowerCase() : '';
    if (['1', 'on', 'yes', 'true'].includes(text)) return { value: '1' };
    if (['0', 'off', 'no', 'false'].includes(text)) return { value: '0' };
    return { problem: `template is ${JSON.stringify(value)}; yes or no is wanted` };
  },
  read: (guest) => (isTemplate(guest) ? '1' : '0'),
  missing: missingText,
  refuse(wish, { wanted, guest, target: { kind } }) {
    if (wish !== '1') {
      const command = `${kind.command} clone ${guest.vmid} VMID --full 1`;
      return [
        refusal(
          wanted,
          ['template'],
          'guest/template-stays',
          `it is a template, and PVE makes no ${kind.label} of one again`,
          `A copy of it can be one: ${command}`,
        ),
      ];
    }
    const snapshots = guest.config.sections.some(({ name }) => name.startsWith('snapshot:'));
    return [
      ...(wanted.state === 'running' ? [cannotRun(wanted)] : stillRuns(kind, wanted, guest)),
      ...(snapshots
        ? [refusal(wanted, ['template'], 'guest/template-snapshots', 'it has snapshots; a template has none')]
        : []),
      ...lockRefusals(wanted, guest),
    ];
  },
  step(_, { target }) {
    const { vmid, node, path, kind } = target;
    return {
      node,
      act: { run: 'call', call: { method: 'POST', path: `${guestPath(target)}/template`, params: {} } },
      guards: [
        { require: 'quorum' },
        { require: 'unchanged', path },
        { require: 'power', guest: kind.kind, vmid, is: 'stopped' },
      ],
      locks: [guestLock(target)],
      effects: [sideEffect(target, 'template', '1')],
      undo: { impossible: `PVE makes no ${kind.label} of a template again` },
      detached: true,
      timeoutSeconds: TEMPLATE_SECONDS,
    };
  },
  write(snapshot, vmid, value) {
    const guest = findGuest(snapshot, vmid);
    if (guest === undefined || isUnknown(guest) || isUnknown(guest.config)) return snapshot;
    const config = setOption(guest.config, 'current', 'template', value === '1' ? '1' : '0');
    return withGuest(snapshot, { ...guest, text: rewriteGuestConfig(config) });
  },
};

function isTemplate({ active }: Guest): boolean {
  return active['template'] === '1';
}

function cannotRun(wanted: Wanted): Diagnostic {
  return refusal(
    wanted,
    ['state'],
    'guest/template-runs',
    "a template can't be started, and it is declared running",
    'Leave "state" out, or clone it and start the clone.',
  );
}

/** A template is made of a guest that is stopped, if need be by this plan. */
function stillRuns(kind: GuestKind, wanted: Wanted, guest: Guest): readonly Diagnostic[] {
  if (isUnknown(guest.power)) return powerRefusals(wanted, guest);
  if (guest.power === 'stopped' || wanted.state === 'stopped') return [];
  return [
    refusal(
      wanted,
      ['template'],
      'guest/template-runs',
      `it runs; a template is made of a ${kind.label} that is stopped`,
      'Add "state: stopped" to have it shut down first.',
    ),
  ];
}

/** What a template that is there can't take, whether the spec speaks of templates or not. */
export function templateRefusals(
  wanted: Wanted,
  guest: Guest,
  steps: readonly DraftStep[],
): readonly Diagnostic[] {
  if (!isTemplate(guest)) return [];
  const grows = steps.some(({ act }) => act.run === 'call' && act.call.path.endsWith('/resize'));
  return [
    ...(wanted.state === 'running' && guest.power !== 'running' ? [cannotRun(wanted)] : []),
    ...(grows
      ? [
          refusal(
            wanted,
            [],
            'guest/template-disk',
            "it is a template, whose disks can't grow",
            'Grow the disks of its clones.',
          ),
        ]
      : []),
  ];
}

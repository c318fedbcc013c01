import type { Action } from './action.ts';
import type { Facts, HostRead } from './host/facts.ts';
import type { Decision, Stage } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, optional, preset, plainText } from './host/parameters.ts';
import type { Misuse } from './host/read-arguments.ts';
import { decideUnit, unitParameters } from './host/unit.ts';

/** Those of `service`, too. */
export const systemdParameters = {
  name: optional(plainText('The unit; without a suffix a service.', ['service', 'unit'])),
  ...unitParameters,
  masked: optional(flag('Whether it can not be started at all.')),
  daemon_reload: preset(flag('Have systemd read its files anew first.', ['daemon-reload']), false),
  daemon_reexec: preset(flag('Have systemd run itself anew first.', ['daemon-reexec']), false),
  force: preset(flag('Replace links of other units.'), false),
  scope: preset(choice(['system'], 'Whose units; those of users are not supported yet.'), 'system'),
  no_block: preset(flag('Do not wait until it is done.'), false),
};

type SystemdValues = Values<typeof systemdParameters>;

function systemdTask(name: string): Action {
  return plainHostTask({
    name,
    help: 'A unit of systemd: running, enabled, masked.',
    parameters: systemdParameters,
    notYet: [],
    changes: true,
    check: missingName,
    reads: systemdReads,
    decide: decideSystemd,
  });
}

/** What is to be of a unit needs its name. */
export const missingName = ({ name, state, enabled, masked }: SystemdValues): readonly Misuse[] =>
  name === undefined && (state !== undefined || enabled !== undefined || masked !== undefined)
    ? [{ what: '"name" is missing' }]
    : [];

export const systemdReads = ({ name }: SystemdValues): readonly HostRead[] =>
  name === undefined ? [] : [{ read: 'unit', name }];

export function decideSystemd(values: SystemdValues, facts: Facts, _: undefined, stage: Stage): Decision {
  const { name, daemon_reload: reload, daemon_reexec: reexec, no_block: noBlock } = values;
  if (stage === 'fresh' && (reload || reexec)) {
    const acts = [...(reexec ? ['daemon-reexec'] : []), ...(reload ? ['daemon-reload'] : [])];
    return { is: 'to prepare', acts: acts.map((word) => ({ argv: ['systemctl', word] })), counts: false };
  }
  return name === undefined ? { is: 'as wanted' } : decideUnit({ ...values, name, noBlock }, facts);
}

/** A unit of systemd, as Ansible's module; under both of its names. */
export const systemd = systemdTask('systemd');
export const systemdService = systemdTask('systemd_service');

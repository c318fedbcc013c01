import { address } from '../../address.ts';
import { secretName } from '../../plan/secrets.ts';
import type { Wanted } from '../module.ts';
import { optionsEffect } from './options-effect.ts';
import type { DraftStep, Target } from './power-step.ts';
import { guestLock, guestPath } from './power-step.ts';
import { SECRET } from './secret-option.ts';

const SECRET_SECONDS = 60;

/** A call of its own: its command reads the secret where another would read a file. */
export function secretStep(target: Target, option: string): DraftStep {
  const { kind, vmid, node, cluster } = target;
  const params = {
    [option]: { secret: secretName(address(kind.kind, vmid, cluster), option) },
    digest: { digest: target.path },
  };
  return {
    node,
    act: { run: 'call', call: { method: 'PUT', path: `${guestPath(target)}/config`, params } },
    guards: [{ require: 'quorum' }],
    locks: [guestLock(target)],
    effects: [optionsEffect(target, { set: { [option]: SECRET } })],
    undo: { impossible: `the ${option} that was there before is not known` },
    detached: false,
    timeoutSeconds: SECRET_SECONDS,
  };
}

/** The values of the secrets that a spec declares, by the names that its steps have for them. */
export function namedSecrets(wanted: Wanted): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(wanted.secrets).map(([option, value]) => [secretName(wanted.address, option), value]),
  );
}

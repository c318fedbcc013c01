import type { Address } from '../address.ts';
import { formatAddress } from '../address.ts';
import type { Argument } from '../pve/call.ts';
import type { Act, Plan } from './plan.ts';

/** The name that a plan has for the value of a secret option: "vm/100@lab cipassword". */
export function secretName(address: Address, option: string): string {
  return `${formatAddress(address)} ${option}`;
}

/** Names of the secrets that are needed to apply these plans. */
export function secretsNamed(plans: readonly Plan[]): readonly string[] {
  const acts = plans.flatMap(({ changes }) => changes.flatMap(({ steps }) => steps.map(({ act }) => act)));
  return [...new Set(acts.flatMap(secretsOf))];
}

/** Names of the secrets that an act needs. */
export function secretsOf(act: Act): readonly string[] {
  return argumentsOf(act).flatMap((argument) =>
    typeof argument === 'object' && 'secret' in argument ? [argument.secret] : [],
  );
}

function argumentsOf(act: Act): readonly Argument[] {
  if (act.run === 'call') return Object.values(act.call.params).flat();
  return act.stdin === undefined ? act.argv : [...act.argv, act.stdin];
}

import type { Diagnostic } from '../../diagnostic.ts';
import { positionAt } from '../../diagnostic.ts';
import type { PveCall } from '../../pve/call.ts';
import { checkCall, checkOption } from '../../pve/check-call.ts';
import { guestArea } from '../../pve/guest-area.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import type { Wanted } from '../module.ts';
import { refusal } from './check-place.ts';
import type { GuestKind } from './guest-kind.ts';

/** What PVE would refuse about a call: first each option at its own place, then the call as a whole. */
export function callRefusals(
  kind: GuestKind,
  wanted: Wanted,
  call: PveCall,
  major: number,
): readonly Diagnostic[] {
  const options = Object.entries(call.params).flatMap(([option, text]) => {
    if (
      typeof text !== 'string' ||
      wanted.options[option] === undefined ||
      optionSchema(kind.kind, option) === undefined
    )
      return [];
    return checkOption(kind.kind, option, text, major).map(({ message, path = [] }) =>
      refusal(wanted, [option, ...path], 'guest/refused-value', `${[option, ...path].join('.')}: ${message}`),
    );
  });
  if (options.length > 0) return options;
  const at = positionAt(wanted.positions, []);
  return checkCall(call, guestArea, major).map((diagnostic) =>
    at === undefined ? diagnostic : { ...diagnostic, at },
  );
}

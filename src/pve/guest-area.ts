import type { MethodArea } from './method-area.ts';
import { guestRules } from './refusals-guest.ts';
import { containerMethods } from './schema/methods/container-methods.ts';
import { vmMethods } from './schema/methods/vm-methods.ts';

/** Everything of virtual machines and containers but their firewall. */
export const guestArea: MethodArea = { methods: [...vmMethods, ...containerMethods], rules: guestRules };

import { didYouMean } from '../text/did-you-mean.ts';
import { macroName, macroNames } from './firewall-macros.ts';
import type { RefusalRule } from './method-area.ts';
import type { MethodSchema } from './schema/property-schema.ts';

const adds = ({ method, path }: MethodSchema): boolean =>
  method === 'POST' && /\/firewall\/(?:rules|groups\/\{group\})$/u.test(path);

/** What PVE refuses of firewall rules beyond its schema (firewall-01); what an older line of a rule adds is not known here, so only new rules are looked at. */
export const firewallRules: readonly RefusalRule[] = [
  {
    // `--type in --action BOGUS`; a group that is not there is taken.
    appliesTo: adds,
    refuse: ({ type = '', action = '' }) =>
      type !== 'group' && !/^(?:ACCEPT|DROP|REJECT)$/u.test(action)
        ? [`action "${action}" is unknown; ACCEPT, DROP or REJECT is wanted`]
        : [],
  },
  {
    // `--type in --action DROP --dport 22`.
    appliesTo: adds,
    refuse: (params) =>
      ['dport', 'sport']
        .filter((port) => params[port] !== undefined && !('proto' in params) && !('macro' in params))
        .map((port) => `"${port}" is there without "proto"; both are wanted`),
  },
  {
    // `--action ACCEPT --macro NoSuch`.
    appliesTo: adds,
    refuse: ({ macro = '' }) =>
      macro === '' || macroName(macro) !== undefined
        ? []
        : [`macro "${macro}" is unknown; one of PVE's macros is wanted${didYouMean(macro, macroNames)}`],
  },
];

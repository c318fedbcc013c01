import type { PropertyValue } from '../plan/plan.ts';

/** What decides when a changed option takes effect. */
export interface EffectContext {
  readonly running: boolean;
  readonly before: PropertyValue | undefined;
  readonly after: PropertyValue | undefined;
  /** The guest's options as they are now, as PVE's text. */
  readonly options: ReadonlyMap<string, string>;
}

/**
 * One option of a resource kind: a row of data. Type, sub-properties, enums and bounds come from PVE's schema
 * (src/pve/schema); the row adds what the schema doesn't say.
 */
export interface Property {
  /** PVE's name: "cores"; "net" with `indexed` stands for net0, net1, … */
  readonly name: string;
  readonly indexed?: true;
  /** How the value is compared and changed. */
  readonly shape: 'scalar' | 'text' | 'property-string' | 'disk';
  /** In normal form, the value that PVE assumes when the option is absent; needed only where the schema has no default. */
  readonly absent?: string;
  /** When a change of it reaches a running guest, as PVE decides it. */
  readonly effect: 'now' | 'restart' | ((context: EffectContext) => 'now' | 'restart');
  /** Given when the resource is made, and not changed later. */
  readonly fixed?: true;
  /** PVE doesn't keep it in the config: it can't be compared after creation ("ostemplate"). */
  readonly transient?: true;
  readonly help: string;
}

/** A word of a spec that is no option of PVE's config: vmid, node, state, and how a state is reached. */
export interface Word {
  readonly name: string;
  readonly help: string;
}

/** The row for an option ("net0" → the row "net"), or undefined when the kind has no such option. */
export function findProperty(properties: readonly Property[], option: string): Property | undefined {
  const exact = properties.find((row) => row.indexed !== true && row.name === option);
  if (exact !== undefined) return exact;
  const name = /^(?<name>[a-z]+)\d+$/u.exec(option)?.groups?.['name'];
  return properties.find((row) => row.indexed === true && row.name === name);
}

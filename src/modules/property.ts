import type { PropertyValue } from '../plan/plan.ts';

/** What decides when a changed option takes effect. */
export interface EffectContext {
  /** As it stands in the config: "net0". */
  readonly option: string;
  readonly before: PropertyValue | undefined;
  readonly after: PropertyValue | undefined;
  /** The guest's options as they are now, as PVE's text. */
  readonly options: ReadonlyMap<string, string>;
}

/** When a change reaches a running guest, as PVE decides it. */
export type RowEffect = 'now' | 'restart';

/**
 * One option of a resource kind: a row of data. Type, sub-properties, enums and bounds come from PVE's schema
 * (src/pve/schema); the row adds what the schema doesn't say.
 */
export interface Property {
  /** PVE's name: "cores"; "net" with `indexed` stands for net0, net1, … and "lxc" with `dotted` for lxc.cap.drop, … */
  readonly name: string;
  readonly indexed?: true;
  readonly dotted?: true;
  /**
   * How the value is compared and changed. `keys`: public keys, which PVE keeps URL-encoded. `secret`: never shown, and
   * read back only as a hash. `lines`: a list of the config's own lines, which no command of PVE's sets.
   */
  readonly shape: 'scalar' | 'text' | 'property-string' | 'disk' | 'keys' | 'secret' | 'lines';
  /** When a change of it reaches a running guest, as PVE decides it. */
  readonly effect: RowEffect | ((context: EffectContext) => RowEffect);
  /** Given when the resource is made, and not changed later. */
  readonly fixed?: true;
  /** PVE doesn't keep it in the config: it can't be compared after creation ("ostemplate"). */
  readonly transient?: true;
  /** Its values may be the texts of files, which are put on a storage of snippets. */
  readonly snippets?: true;
  /** A part of what cloud-init is given: its drive is made anew after a change. */
  readonly cloudInit?: true;
  /** What one should know of a change that reaches a running guest at once. */
  readonly risk?: (context: EffectContext) => string | undefined;
  /** A spec can't declare it; what to do instead. */
  readonly refused?: string;
  /** A spec can remove it all the same. */
  readonly removable?: true;
  readonly help: string;
}

/** A word of a spec that is no option of PVE's config: vmid, node, state, and how a state is reached. */
export interface Word {
  readonly name: string;
  readonly help: string;
}

/** The row for an option ("net0" → the row "net"), or undefined when the kind has no such option. */
export function findProperty(properties: readonly Property[], option: string): Property | undefined {
  const known = found.get(properties) ?? new Map<string, Property | undefined>();
  found.set(properties, known);
  if (!known.has(option)) known.set(option, lookUp(properties, option));
  return known.get(option);
}

/** Those that were asked for, by table: a cluster asks for the same few a thousand times. */
const found = new WeakMap<readonly Property[], Map<string, Property | undefined>>();

function lookUp(properties: readonly Property[], option: string): Property | undefined {
  const exact = properties.find(({ indexed, dotted, name }) => !indexed && !dotted && name === option);
  if (exact !== undefined) return exact;
  const dot = option.indexOf('.');
  if (dot > 0) return properties.find((row) => row.dotted === true && row.name === option.slice(0, dot));
  const name = /^(?<name>[a-z]+)\d+$/u.exec(option)?.groups?.['name'];
  return properties.find((row) => row.indexed === true && row.name === name);
}

/** Rows that share their effect: name, shape and help in few words. */
export function rows(
  effect: Property['effect'],
  named: Readonly<Record<string, readonly [Property['shape'], string]>>,
): readonly Property[] {
  return Object.entries(named).map(([name, [shape, help]]) =>
    name.endsWith('[n]')
      ? { name: name.slice(0, -'[n]'.length), indexed: true, shape, effect, help }
      : { name, shape, effect, help },
  );
}

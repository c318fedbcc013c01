import { decodeGuestConfig, effectiveOptions, options, pendingOptions } from '../../pve/guest-config.ts';
import type { GuestConfig, Options } from '../../pve/guest-config.ts';
import { checkOption } from '../../pve/check-call.ts';
import { propertyFormat } from '../../pve/named-property-formats.ts';
import { normalise } from '../../pve/normal-form.ts';
import { optionSchema } from '../../pve/option-schema.ts';
import { decodePropertyString } from '../../pve/property-string.ts';
import type { PropertyValue } from '../../plan/plan.ts';
import { findGuest, guestConfigPath, power } from '../../snapshot/guests.ts';
import type { HaService } from '../../snapshot/ha-services.ts';
import { haServices } from '../../snapshot/ha-services.ts';
import type { Snapshot, Unknown } from '../../snapshot/snapshot.ts';
import { isUnknown } from '../../snapshot/snapshot.ts';
import type { State } from '../module.ts';
import { findProperty } from '../property.ts';
import { parseLines, withLines } from './line-options.ts';
import { decodeKeys, parseKeys } from './public-keys.ts';
import { isTagList, tagListText, tellsTagCase } from './tag-list.ts';
import type { GuestKind } from './guest-kind.ts';

/** A guest as its files say it is. */
export interface Guest {
  readonly vmid: number;
  readonly node: string;
  /** Its config file, links resolved. */
  readonly path: string;
  readonly config: GuestConfig;
  /** What runs, or would start now. */
  readonly active: Options;
  /** The same with pending changes laid over: what it will be after a restart. */
  readonly effective: Options;
  readonly pending: { readonly set: Options; readonly remove: readonly string[] };
  readonly power: 'running' | 'stopped' | Unknown;
  /** A resource of HA. */
  readonly ha: boolean;
  /** Its service, when HA decides about its power. */
  readonly service?: HaService;
  /** Two tags may differ in case only. */
  readonly tellsTagCase: boolean;
}

/** The guest of this kind with that VMID, wherever .vmlist says that it is. */
export function readGuest(kind: GuestKind, snapshot: Snapshot, vmid: number): Guest | undefined | Unknown {
  const found = findGuest(snapshot, vmid);
  if (isUnknown(found)) return found;
  if (found?.type !== kind.kind) return undefined;
  const { node, config } = found;
  if (isUnknown(config)) return config;
  return guestWith(kind, snapshot, { vmid, node, config, power: power(snapshot, vmid) });
}

/** A guest of that config, be it there or foretold. */
export function guestWith(
  kind: GuestKind,
  snapshot: Snapshot,
  { vmid, node, config, power: powered }: Pick<Guest, 'vmid' | 'node' | 'config' | 'power'>,
): Guest {
  const services = haServices(snapshot);
  const ha = isUnknown(services) ? undefined : services.get(`${kind.kind === 'vm' ? 'vm' : 'ct'}:${vmid}`);
  return {
    vmid,
    node,
    path: guestConfigPath(vmid, kind.kind, node),
    config,
    ...optionsOf(config),
    power: powered,
    ha: ha !== undefined,
    ...(ha !== undefined && ha.state !== 'ignored' && { service: ha }),
    tellsTagCase: tellsTagCase(snapshot),
  };
}

type GuestOptions = Pick<Guest, 'active' | 'effective' | 'pending'>;

/** A plan asks for a guest several times. */
const optionsRead = new WeakMap<GuestConfig, GuestOptions>();

function optionsOf(config: GuestConfig): GuestOptions {
  const before = optionsRead.get(config);
  if (before !== undefined) return before;
  const active = withLines(config, options(config));
  const pending = pendingOptions(config);
  const waits = Object.keys(pending.set).length + pending.remove.length > 0;
  const read = { active, pending, effective: waits ? withLines(config, effectiveOptions(config)) : active };
  optionsRead.set(config, read);
  return read;
}

/** The guest as a State: the options that the kind's table knows, in normal form. */
export function guestState(kind: GuestKind, snapshot: Snapshot, vmid: number): State | undefined | Unknown {
  const guest = readGuest(kind, snapshot, vmid);
  if (guest === undefined || isUnknown(guest)) return guest;
  return {
    node: guest.node,
    // Read when asked for: a plan mostly wants to know that the guest is there.
    get options() {
      const known = Object.entries(guest.effective).filter(([option]) => isDeclared(kind, option));
      return Object.fromEntries(known.map(([option, text]) => [option, propertyValue(kind, option, text)]));
    },
  };
}

/** Whether a spec may name it. */
function isDeclared(kind: GuestKind, option: string): boolean {
  const row = findProperty(kind.properties, option);
  return row !== undefined && row.refused === undefined;
}

/** PVE's text of an option as a value: sub-properties where it has some, else its normal form. */
export function propertyValue(kind: GuestKind, option: string, text: string): PropertyValue {
  const schema = optionSchema(kind.kind, option);
  if (schema === undefined) return text;
  if (findProperty(kind.properties, option)?.shape === 'keys') return decodeKeys(text).join('\n');
  if (isTagList(schema)) return tagListText(text, true);
  const format = propertyFormat(schema);
  return format === undefined ? normalise(schema, text) : { ...decodePropertyString(format, text).values };
}

/**
 * Arguments that declare exactly what is: the text of each known option, and whether it runs.
 * Text that PVE reads but would refuse to set again (written by hand, or by another version) can't be declared, and is left out.
 */
export function guestArgs(
  kind: GuestKind,
  snapshot: Snapshot,
  vmid: number,
): Readonly<Record<string, unknown>> | undefined | Unknown {
  const guest = readGuest(kind, snapshot, vmid);
  if (guest === undefined || isUnknown(guest)) return guest;
  const known = Object.entries(guest.effective).flatMap(([option, text]): [string, unknown][] => {
    const shape = isDeclared(kind, option) ? findProperty(kind.properties, option)?.shape : undefined;
    if (shape === undefined || shape === 'secret') return [];
    if (shape === 'lines')
      return parseLines(option, text.split('\n')).problems.length > 0 ? [] : [[option, text.split('\n')]];
    if (shape === 'keys')
      return parseKeys(decodeKeys(text)).problems.length > 0 ? [] : [[option, decodeKeys(text)]];
    return checkOption(kind.kind, option, text).length === 0 ? [[option, text]] : [];
  });
  return {
    vmid,
    node: guest.node,
    ...Object.fromEntries(known),
    state: isUnknown(guest.power) ? 'present' : guest.power,
  };
}

/** A guest with nothing in it: what a new one is compared with. */
export function emptyGuest(kind: GuestKind, node: string): Guest {
  const config = decodeGuestConfig(kind.kind, '');
  return {
    vmid: 0,
    node,
    path: '',
    config,
    active: {},
    effective: {},
    pending: { set: {}, remove: [] },
    power: 'stopped',
    ha: false,
    tellsTagCase: false,
  };
}

import { removeOption, setDescription, setOption } from './guest-config-edit.ts';
import type { ConfigSection, GuestConfig, SectionName } from './guest-config.ts';
import { findSection, options, sectionOptions, snapshotNames } from './guest-config.ts';

/** A snapshot as a guest's config has it. */
export interface GuestSnapshot {
  readonly name: string;
  readonly description?: string;
  /** Seconds since 1970. */
  readonly time?: number;
  readonly parent?: string;
  /** The volume that holds its memory. */
  readonly vmstate?: string;
  /** "prepare" or "delete" while PVE works on it, or after that has failed. */
  readonly unfinished?: string;
}

/** The guest's snapshots, in the order of its file. */
export function guestSnapshots(config: GuestConfig): readonly GuestSnapshot[] {
  return snapshotNames(config).map((name) => {
    const { description, snaptime, parent, vmstate, snapstate } = sectionOptions(config, sectionOf(name));
    return {
      name,
      ...(description !== undefined && { description }),
      ...(snaptime !== undefined && /^\d+$/u.test(snaptime) && { time: Number(snaptime) }),
      ...(parent !== undefined && { parent }),
      ...(vmstate !== undefined && { vmstate }),
      ...(snapstate !== undefined && { unfinished: snapstate }),
    };
  });
}

/** The snapshot that the guest went on from; undefined when there is none. */
export function currentParent(config: GuestConfig): string | undefined {
  return options(config)['parent'];
}

/** Options that a snapshot doesn't take along (pve-guest-common AbstractConfig.pm, __snapshot_copy_config). */
const NOT_COPIED = /^(?:lock|snapstate|snaptime|vmstate|description|delete|unused\d+)$/u;

/** The config with a snapshot more, from which the guest goes on; when it was taken and its memory are not known yet. */
export function withSnapshot(config: GuestConfig, name: string, description: string): GuestConfig {
  const current = findSection(config, 'current');
  const section: ConfigSection = {
    name: sectionOf(name),
    header: `[${name}]\n`,
    lines: (current?.lines ?? []).filter(
      (line) =>
        line.type !== 'comment' &&
        line.type !== 'description' &&
        line.type !== 'blank' &&
        !(line.type === 'option' && NOT_COPIED.test(line.key)),
    ),
  };
  const added = { ...config, sections: [...config.sections, section] };
  return setOption(setDescription(added, sectionOf(name), description), 'current', 'parent', name);
}

/** The config without it: what came after it comes after its parent then. */
export function withoutSnapshot(config: GuestConfig, name: string): GuestConfig {
  const { parent } = sectionOptions(config, sectionOf(name));
  const left = { ...config, sections: config.sections.filter((section) => section.name !== sectionOf(name)) };
  return left.sections
    .filter((section) => sectionOptions(left, section.name)['parent'] === name)
    .reduce(
      (before, section) =>
        parent === undefined
          ? removeOption(before, section.name, 'parent')
          : setOption(before, section.name, 'parent', parent),
      left as GuestConfig,
    );
}

const sectionOf = (name: string): SectionName => `snapshot:${name}`;

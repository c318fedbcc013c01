import { checkOption } from './check-call.ts';
import type { FileKind, Finding, Inspected, Mention } from './file-kind.ts';
import type { GuestConfig, SectionName } from './guest-config.ts';
import {
  decodeGuestConfig,
  encodeGuestConfig,
  findSection,
  pendingOptions,
  rawOptions,
  sectionOptions,
} from './guest-config.ts';
import { propertyFormat } from './named-property-formats.ts';
import { normalise, sameAsAbsent } from './normal-form.ts';
import type { GuestKind } from './option-schema.ts';
import { optionSchema } from './option-schema.ts';
import { decodePropertyString } from './property-string.ts';
import { parseVolumeId } from './volume-id.ts';

/** Keys that PVE itself keeps in a config beside the options (QemuServer.pm, LXC/Config.pm: snapshots, migration, backups). */
const OWN_KEYS = new Set([
  'meta',
  'parent',
  'snaptime',
  'snapstate',
  'snapcomment',
  'vmstate',
  'runningmachine',
  'runningcpu',
  'running-nets-host-mtu',
  'fleecing-images',
  'delete',
  'env',
  'digest',
  'template',
  'lock',
]);

export const vmFile: FileKind = {
  kind: 'vm',
  summary: "A VM's config, qemu-server/VMID.conf.",
  path: /^\/etc\/pve\/(?:nodes\/[^/]+\/)?qemu-server\/\d+\.conf$/u,
  looksLike: (text) =>
    /^(?:(?:scsi\d+|virtio\d+|ide\d+|sata\d+|scsihw|vmgenid|smbios1|machine|efidisk0):|net\d+:.*\b(?:virtio|e1000|vmxnet3|rtl8139)\b|ostype: *(?:l2[46]|win|w2k|wxp|other|solaris))/mu.test(
      text,
    )
      ? 'certain'
      : /^(?:agent|audio0|bios|boot|ci(?:password|user)|cpu|hostpci\d+|ipconfig\d+|kvm|name|sockets|tablet|usb\d+|vga): /mu.test(
            text,
          )
        ? 'likely'
        : 'no',
  inspect: (text) => inspectGuest('vm', text),
};

export const containerFile: FileKind = {
  kind: 'container',
  summary: "A container's config, lxc/VMID.conf.",
  path: /^\/etc\/pve\/(?:nodes\/[^/]+\/)?lxc\/\d+\.conf$/u,
  looksLike: (text) =>
    /^(?:rootfs:|unprivileged:|lxc\.|net\d+:.*\bname=)/mu.test(text)
      ? 'certain'
      : /^(?:hostname|ostype|swap): /mu.test(text)
        ? 'likely'
        : 'no',
  inspect: (text) => inspectGuest('container', text),
};

function inspectGuest(kind: GuestKind, text: string): Inspected {
  const config = decodeGuestConfig(kind, text);
  const lines = optionLines(config);
  return {
    value: valueOf(config),
    encoded: encodeGuestConfig(config),
    normal: normalOf(config),
    findings: [
      ...config.warnings.map(({ line, message }): Finding => ({
        line,
        severity: 'warning',
        code: `${kind}/broken-line`,
        message,
      })),
      ...lines.flatMap((line) => findingsOf(kind, line)),
    ].toSorted((a, b) => a.line - b.line),
    refs: lines.flatMap((line) => refsOf(kind, line)),
    defines: lines.flatMap(({ section, key, value, line }) =>
      section === 'current'
        ? macsOf(kind, key, value).map((name): Mention => ({ kind: 'mac', name, line }))
        : [],
    ),
  };
}

interface OptionLine {
  readonly section: SectionName;
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

function optionLines(config: GuestConfig): readonly OptionLine[] {
  const found: OptionLine[] = [];
  let line = 0;
  for (const section of config.sections) {
    if (section.header !== '') line++;
    for (const each of section.lines) {
      line++;
      if (each.type === 'option')
        found.push({ section: section.name, key: each.key, value: each.value, line });
    }
  }
  return found;
}

/** A VM's option that PVE can't read is dropped; a container's is kept with a warning (QemuServer.pm parse_vm_config, LXC/Config.pm parse_pct_config). */
function findingsOf(kind: GuestKind, { section, key, value, line }: OptionLine): readonly Finding[] {
  if (OWN_KEYS.has(key) || section.startsWith('unknown:') || section.startsWith('special:')) return [];
  const severity = kind === 'vm' ? 'error' : 'warning';
  if (optionSchema(kind, key) === undefined)
    return [
      {
        line,
        severity,
        code: `${kind}/unknown-option`,
        message: `"${key}" is no option of a ${kind}; PVE passes it over`,
      },
    ];
  // PVE writes an empty list of tags or boot devices as white space.
  if (value.trim() === '') return [];
  return checkOption(kind, key, value).map(({ message, path = [] }): Finding => ({
    line,
    severity,
    code: `${kind}/value`,
    message: `${[key, ...path].join('.')}: ${message}`,
  }));
}

function refsOf(kind: GuestKind, { section, key, value, line }: OptionLine): readonly Mention[] {
  if (section.startsWith('snapshot:') || section.startsWith('unknown:')) return [];
  const values = subValues(kind, key, value);
  const volume = values['file'] ?? values['volume'];
  const parsed = volume === undefined ? undefined : parseVolumeId(volume);
  const storage =
    parsed !== undefined && 'storage' in parsed && parsed.storage !== undefined
      ? [{ kind: 'storage', name: parsed.storage, line }]
      : [];
  const bridge =
    /^net\d+$/u.test(key) && values['bridge'] !== undefined
      ? [{ kind: 'bridge', name: values['bridge'], line }]
      : [];
  return [...storage, ...bridge];
}

function macsOf(kind: GuestKind, key: string, value: string): readonly string[] {
  if (!/^net\d+$/u.test(key)) return [];
  const values = subValues(kind, key, value);
  const mac = values['macaddr'] ?? values['hwaddr'];
  return mac === undefined ? [] : [mac.toUpperCase()];
}

function subValues(
  kind: GuestKind,
  key: string,
  value: string,
): Readonly<Record<string, string | undefined>> {
  const schema = optionSchema(kind, key);
  const format = schema && propertyFormat(schema);
  return format === undefined ? {} : decodePropertyString(format, value).values;
}

function valueOf(config: GuestConfig): unknown {
  const sections = config.sections.map(({ name }) => name);
  return Object.fromEntries(
    [...new Set(sections)].map((name) => [
      name,
      {
        ...sectionOptions(config, name),
        ...(name === 'pending' && { delete: pendingOptions(config).remove }),
      },
    ]),
  );
}

/** Sections by name with each option in normal form; options that say what their absence says are left out. */
function normalOf(config: GuestConfig): unknown {
  const section = (name: SectionName): unknown => {
    const known = Object.entries(sectionOptions(config, name)).flatMap(([key, text]) => {
      const schema = optionSchema(config.kind, key);
      if (schema === undefined) return [[key, text] as const];
      return name === 'current' && sameAsAbsent(schema, text)
        ? []
        : [[key, normalise(schema, text)] as const];
    });
    return Object.fromEntries(known.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };
  const names = [...new Set(config.sections.map(({ name }) => name))].filter(
    (name) => !name.startsWith('unknown:') && findSection(config, name) !== undefined,
  );
  return {
    sections: Object.fromEntries(names.toSorted().map((name) => [name, section(name)])),
    delete: [...pendingOptions(config).remove].toSorted(),
    raw: rawOptions(config),
  };
}

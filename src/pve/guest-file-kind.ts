import type { FileKind, Finding, Inspected, Mention } from './file-kind.ts';
import { checkConfigOption } from './guest-config-check.ts';
import type { GuestConfig, SectionName } from './guest-config.ts';
import { normalGuestConfig } from './guest-config-normal.ts';
import { decodeGuestConfig, encodeGuestConfig, pendingOptions, sectionOptions } from './guest-config.ts';
import { propertyFormat } from './named-property-formats.ts';
import type { GuestKind } from './option-schema.ts';
import { optionSchema } from './option-schema.ts';
import { decodePropertyString } from './property-string.ts';
import { parseVolumeId } from './volume-id.ts';

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
    normal: normalGuestConfig(config),
    findings: [
      ...config.warnings.map(({ line, message }): Finding => ({
        line,
        severity: 'warning',
        code: `${kind}/broken-line`,
        message,
      })),
      ...lines.flatMap(({ section, key, value, line }) =>
        checkConfigOption(kind, section, key, value).map((finding): Finding => ({
          ...finding,
          line,
          code: `${kind}/${finding.code}`,
        })),
      ),
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

import {
  corosyncNodes,
  decodeCorosync,
  findSection,
  type CorosyncConfig,
  type CorosyncOption,
  type CorosyncSection,
} from './corosync.ts';

/**
 * Changes of corosync.conf that touch only the lines they are about; what is new goes where PVE would write it, which
 * is by name (Corosync.pm write_conf). The sections of a config are of that config only: an edit gives a new one.
 */

/** Sets an option of a section of this config. */
export function setCorosyncOption(
  config: CorosyncConfig,
  section: CorosyncSection,
  key: string,
  value: string,
): CorosyncConfig {
  const old = section.options.findLast((option) => option.key === key);
  if (old?.value === value) return config;
  if (old !== undefined) return replaced(config, old.end - old.value.length, old.end, value);
  const all: readonly { readonly start: number; readonly name: string }[] = [
    ...section.options.map(({ start, key: name }) => ({ start, name })),
    ...section.sections,
  ];
  const later = all.toSorted((a, b) => a.start - b.start).find(({ name }) => name > key);
  return insertedBefore(config, section, later?.start ?? section.close, (indent) => [
    `${indent}${key}: ${value}`,
  ]);
}

/** Removes an option of a section of this config, each line of it. */
export function removeCorosyncOption(
  config: CorosyncConfig,
  section: CorosyncSection,
  key: string,
): CorosyncConfig {
  const own = section.options.filter((option) => option.key === key);
  return own.reduceRight((left: CorosyncConfig, option) => removed(left, option), config);
}

/** Adds a node with these options (name, nodeid, quorum_votes, ring0_addr …) to the list of nodes, by its name. */
export function addCorosyncNode(
  config: CorosyncConfig,
  options: Readonly<Record<string, string>>,
): CorosyncConfig {
  const list = findSection(config, 'nodelist');
  const name = options['name'] ?? options['ring0_addr'] ?? '';
  if (list === undefined) return config;
  const later = corosyncNodes(config).find((node) => node.name > name);
  const lines = Object.entries(options)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value}`);
  return insertedBefore(config, list, later?.section.start ?? list.close, (indent) => [
    `${indent}node {`,
    ...lines.map((line) => `${indent}  ${line}`),
    `${indent}}`,
  ]);
}

/** Removes the nodes of that name. */
export function removeCorosyncNode(config: CorosyncConfig, name: string): CorosyncConfig {
  const own = corosyncNodes(config).filter((node) => node.name === name);
  return own.reduceRight((left: CorosyncConfig, node) => removed(left, node.section), config);
}

const replaced = (config: CorosyncConfig, start: number, end: number, text: string): CorosyncConfig =>
  decodeCorosync(config.text.slice(0, start) + text + config.text.slice(end));

/** Lines of their own where the place is the start of a line, else words before what stands there. */
function insertedBefore(
  config: CorosyncConfig,
  section: CorosyncSection,
  place: number,
  make: (indent: string) => readonly string[],
): CorosyncConfig {
  const { text } = config;
  const end = /\r?\n/u.exec(text)?.[0] ?? '\n';
  const lineStart = text.lastIndexOf('\n', place - 1) + 1;
  if (text.slice(lineStart, place).trim() !== '')
    return replaced(config, place, place, `${make('').join(' ')} `);
  const made = make(indentIn(config, section)).map((line) => `${line}${end}`);
  return replaced(config, lineStart, lineStart, made.join(''));
}

/** As what stands in the section already, else two spaces more than it has itself. */
function indentIn(config: CorosyncConfig, section: CorosyncSection): string {
  const first = [...section.options, ...section.sections].at(0)?.start;
  const own = /[ \t]*$/u.exec(config.text.slice(0, first ?? section.start))?.[0] ?? '';
  return first === undefined && section.name !== '' ? `${own}  ` : own;
}

/** With its line, when it stands there alone. */
function removed(config: CorosyncConfig, part: CorosyncOption | CorosyncSection): CorosyncConfig {
  const { text } = config;
  const lineStart = text.lastIndexOf('\n', part.start - 1) + 1;
  const nextLine = text.indexOf('\n', part.end);
  const lineEnd = nextLine === -1 ? text.length : nextLine + 1;
  const isAlone =
    text.slice(lineStart, part.start).trim() === '' && text.slice(part.end, lineEnd).trim() === '';
  if (isAlone) return replaced(config, lineStart, lineEnd, '');
  const space = /^[ \t]*/u.exec(text.slice(part.end))?.[0] ?? '';
  return replaced(config, part.start, part.end + space.length, '');
}

import type { Diagnostic, Position } from '../diagnostic.ts';
import { didYouMean } from '../text/did-you-mean.ts';
import type { Draft, GroupDraft } from './draft.ts';
import { draftGroup, draftHost } from './draft.ts';
import { nameProblem, readHostEntry } from './host-pattern.ts';
import { pythonLiteral } from './python-literal.ts';
import { shellWords } from './shell-words.ts';
import { inventoryError } from './trouble.ts';
import { setVariable } from './variable.ts';

const sections = ['hosts', 'children', 'vars'];

/** Groups that are named but must be declared somewhere in the inventory, with the place. */
interface Mention {
  readonly name: string;
  readonly message: string;
  readonly at: Position;
}

interface Reading {
  readonly draft: Draft;
  readonly errors: Diagnostic[];
  readonly declared: Set<string>;
  readonly mentions: Mention[];
}

/**
 * Reads an INI inventory into the draft; gives every error of the file. Lines before the first section are hosts of
 * `ungrouped`. Values are Python literals where they are any ("5", "[1, 2]", "True"), in [group:vars] too: Ansible's
 * documentation says that those are texts, its program (plugins/inventory/ini.py, 2.14) types them all the same.
 */
export function readIni(text: string, file: string, draft: Draft): readonly Diagnostic[] {
  const reading: Reading = {
    draft,
    errors: [],
    declared: new Set(draft.groups.keys()),
    mentions: [],
  };
  let section: Section | undefined = { group: 'ungrouped', kind: 'hosts' };
  for (const [index, line] of text.split(/\r\n|[\r\n]/u).entries()) {
    if (/^\s*(?:[#;]|$)/u.test(line)) continue;
    const at = { file, line: index + 1, column: line.search(/\S/u) + 1 };
    if (line.trim().startsWith('[')) section = readSection(reading, line.trim(), at);
    else if (section !== undefined) readLine(reading, section, line, at);
  }
  for (const { name, message, at } of reading.mentions) {
    if (reading.declared.has(name)) continue;
    const guess = didYouMean(name, reading.declared);
    reading.errors.push(inventoryError('unknown-group', message + guess, at));
  }
  return reading.errors;
}

interface Section {
  readonly group: string;
  readonly kind: 'hosts' | 'children' | 'vars';
}

/** A section's group and kind; after a broken header its lines are passed over, as it is not known what they are. */
function readSection(reading: Reading, line: string, at: Position): Section | undefined {
  const [, name, kind = 'hosts'] = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:[#;].*)?$/u.exec(line) ?? [];
  if (name === undefined) {
    const message = `Cannot read section ${line}: it is no section; [group], [group:children] or [group:vars] is wanted`;
    reading.errors.push(inventoryError('section', message, at));
    return undefined;
  }
  if (kind !== 'hosts' && kind !== 'children' && kind !== 'vars') {
    const message = `Cannot read section ${line}: there is no kind "${kind}" of section, only hosts, children and vars`;
    reading.errors.push(inventoryError('section', message + didYouMean(kind, sections), at));
    return undefined;
  }
  const problem = nameProblem(name);
  if (problem !== undefined) {
    reading.errors.push(inventoryError('group-name', `Cannot read group "${name}": ${problem}`, at));
    return undefined;
  }
  if (kind === 'vars') {
    const message = `Cannot read section ${line}: no group is called "${name}"`;
    reading.mentions.push({ name, message, at });
  } else {
    reading.declared.add(name);
    draftGroup(reading.draft, name, at);
  }
  return { group: name, kind };
}

function readLine(reading: Reading, { group: name, kind }: Section, line: string, at: Position): void {
  const group = draftGroup(reading.draft, name);
  if (kind === 'hosts') readHostLine(reading, group, line, at);
  else if (kind === 'vars') readVariableLine(reading, group, line, at);
  else {
    const child = line.trim().replace(/\s*[#;].*$/u, '');
    if (/[\s=]/u.test(child) || nameProblem(child) !== undefined) {
      const message = `Cannot read the children of group "${name}": "${line.trim()}" is no group name; one a line is wanted`;
      reading.errors.push(inventoryError('group-name', message, at));
      return;
    }
    const message = `Cannot read the children of group "${name}": no group is called "${child}"`;
    reading.mentions.push({ name: child, message, at });
    group.children.add(child);
    draftGroup(reading.draft, child);
  }
}

function readVariableLine(reading: Reading, group: GroupDraft, line: string, at: Position): void {
  const [, key, text] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/su.exec(line) ?? [];
  if (key === undefined || text === undefined) {
    const message = `Cannot read vars of group "${group.name}": "${line.trim()}" has no "="; name=value is wanted`;
    reading.errors.push(inventoryError('variable', message, at));
    return;
  }
  reading.errors.push(...setVariable(group.variables, key, { value: iniValue(text), at }));
}

function readHostLine(reading: Reading, group: GroupDraft, line: string, at: Position): void {
  const words = shellWords(line);
  if (typeof words === 'string') {
    reading.errors.push(
      inventoryError('host-line', `Cannot read hosts of group "${group.name}": ${words}`, at),
    );
    return;
  }
  const [first, ...assignments] = words;
  if (first === undefined) return;
  const entry = readHostEntry(first.text);
  if ('problem' in entry) {
    const message = `Cannot read host "${first.text}": ${entry.problem}`;
    const hint = first.text.includes('=') ? `Variables of a group go under [${group.name}:vars]` : undefined;
    reading.errors.push(inventoryError('host-name', message, at, hint));
    return;
  }
  const hosts = entry.names.map((name) => draftHost(reading.draft, name, at));
  for (const host of hosts) {
    group.hosts.add(host.name);
    if (entry.port !== undefined) host.variables.set('ansible_port', { value: entry.port, at });
  }
  for (const { text, column } of assignments) {
    const here = { ...at, column };
    const equals = text.indexOf('=');
    if (equals === -1) {
      const message = `Cannot read host "${first.text}": "${text}" after it is no variable; name=value is wanted`;
      reading.errors.push(inventoryError('variable', message, here));
      continue;
    }
    const variable = { value: iniValue(text.slice(equals + 1)), at: here };
    const problems = hosts.map((host) => setVariable(host.variables, text.slice(0, equals), variable));
    reading.errors.push(...(problems[0] ?? []));
  }
}

function iniValue(text: string): unknown {
  const literal = pythonLiteral(text);
  return literal === undefined ? text : literal.value;
}

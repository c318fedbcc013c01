import type { Diagnostic, Result } from '../../diagnostic.ts';
import { ok, positionAt } from '../../diagnostic.ts';
import { address } from '../../address.ts';
import { namesLike, optionNames, optionSchema } from '../../pve/option-schema.ts';
import type { Spec } from '../../spec.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { Wanted, WantedValue } from '../module.ts';
import { findProperty } from '../property.ts';
import { isBirthWord, parseBirth, secondBirth } from './birth.ts';
import type { GuestKind } from './guest-kind.ts';
import { AUTO, nameOfAuto } from './identify-guests.ts';
import { findSide, sideSettings } from './side-settings.ts';
import { parseOption } from './parse-option.ts';
import { readSnippets } from './snippets.ts';
import { SECRET } from './secret-option.ts';

const STATES = ['present', 'running', 'stopped', 'absent'];

/** Validates a guest's spec: every error of it, each with its position. */
export function parseGuest(guest: GuestKind, spec: Spec, cluster: string): Result<Wanted> {
  const diagnostics: Diagnostic[] = [];
  const complain = (path: readonly (string | number)[], what: string, hint?: string): void => {
    const at = positionAt(spec.positions, path);
    diagnostics.push({
      code: `${guest.kind}/spec`,
      severity: 'error',
      trouble: 'invalid',
      message: `Cannot read ${titleOf(guest, spec)}: ${what}`,
      ...(at && { at }),
      ...(hint !== undefined && { hint }),
    });
  };
  const options: Record<string, WantedValue> = {};
  const texts: Record<string, string> = {};
  const words: Record<string, string> = {};
  for (const [key, value] of Object.entries(spec.args)) {
    const side = findSide(key);
    if (side !== undefined) {
      const parsed = side.parse(value);
      if ('value' in parsed) options[key] = parsed.value;
      else complain([key, ...(parsed.path ?? [])], parsed.problem);
      continue;
    }
    if (isBirthWord(key)) {
      const parsed = parseBirth(guest, key, value);
      Object.assign(words, parsed.words);
      for (const { path, message } of parsed.problems) complain([key, ...path], message);
      continue;
    }
    if (guest.words.some(({ name }) => name === key)) {
      const word = parseWord(key, value);
      if (typeof word === 'string') words[key] = word;
      else complain([key], word.problem);
      continue;
    }
    const row = findProperty(guest.properties, key);
    const known =
      row !== undefined &&
      (row.transient === true || row.shape === 'lines' || optionSchema(guest.kind, key) !== undefined);
    if (!known) {
      complain([key], unknownOption(guest, key));
      continue;
    }
    const files = row.snippets === true ? readSnippets(key, value) : undefined;
    const parsed = parseOption(guest, row, key, files === undefined ? value : files.value);
    Object.assign(texts, files?.texts);
    for (const problem of [...(files?.problems ?? []), ...parsed.problems])
      complain(
        [key, ...problem.path],
        `${[key, ...problem.path].join('.')}: ${problem.message}`,
        problem.hint,
      );
    if (parsed.problems.length === 0) options[key] = parsed.value;
  }
  const second = secondBirth(spec.args);
  if (second !== undefined)
    complain([second[1]], `${second.join(' and ')} both say what it is made of; one of them is wanted`);
  const { vmid, node, state, ...how } = words;
  const secrets = Object.fromEntries(
    Object.entries(options).flatMap(([option, value]) =>
      typeof value === 'string' && findProperty(guest.properties, option)?.shape === 'secret'
        ? [[option, value]]
        : [],
    ),
  );
  for (const option of Object.keys(secrets)) options[option] = SECRET;
  Object.assign(secrets, texts);
  const name = vmid === AUTO ? nameOfAuto(spec) : vmid;
  if (vmid === AUTO && name === undefined)
    complain(
      ['vmid'],
      `vmid is auto, and it has no ${guest.nameOption}; a ${guest.label} without a number is known by its ${guest.nameOption}`,
      `Add "${guest.nameOption}: NAME", or give it a number.`,
    );
  if (vmid === undefined && !('vmid' in spec.args))
    complain(
      [],
      `vmid is missing; a ${guest.label} is known by its number`,
      'Add "vmid: 100", with a number that is free in the cluster, or "vmid: auto" to have it found by its name.',
    );
  if (diagnostics.length > 0 || name === undefined) return { ok: false, diagnostics };
  const mitigates = words['cpu_mitigations'] === '0' ? [stillMitigates(guest, spec)] : [];
  const wanted: Wanted = {
    address: address(guest.kind, name, cluster),
    state: state ?? 'present',
    ...(node !== undefined && { node }),
    ...(spec.defaultNode !== undefined && { defaultNode: spec.defaultNode }),
    options,
    secrets,
    words: how,
    positions: spec.positions,
    declaredBy: [spec.declaredBy],
  };
  return ok(wanted, mitigates);
}

/** No flag of PVE's turns them off: -pcid costs speed, and -amd-no-ssb has the guest mitigate more (pitfall 15). */
function stillMitigates(guest: GuestKind, spec: Spec): Diagnostic {
  const at = positionAt(spec.positions, ['cpu_mitigations']);
  return {
    code: `${guest.kind}/mitigations`,
    severity: 'warning',
    trouble: 'invalid',
    message: `Cannot turn mitigations off in ${titleOf(guest, spec)}: its own kernel decides on them, and goes on mitigating; mitigations=off on its command line is wanted`,
    ...(at && { at }),
    hint: 'The flags of its CPU are left alone: -pcid would cost speed, -amd-no-ssb have it mitigate more.',
  };
}

function titleOf(guest: GuestKind, spec: Spec): string {
  const vmid = spec.args['vmid'] === AUTO ? nameOfAuto(spec) : spec.args['vmid'];
  return typeof vmid === 'number' || typeof vmid === 'string' ? `${guest.kind}/${vmid}` : `a ${guest.kind}`;
}

function unknownOption(guest: GuestKind, key: string): string {
  const there = namesLike(guest.kind, key);
  if (there !== undefined) return `${guest.command} has no option "${key}"; ${there} are there`;
  const known = [
    ...[...guest.words, ...sideSettings].map(({ name }) => name),
    ...guest.properties.flatMap((row) =>
      row.indexed ? [`${row.name}0`, `${row.name}1`] : row.dotted ? [] : [row.name],
    ),
  ];
  return `${guest.command} has no option "${key}"${didYouMean(key, [...known, ...optionNames(guest.kind)])}`;
}

/** A word's value as text, or what is wrong with it. */
function parseWord(word: string, value: unknown): string | { readonly problem: string } {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string')
    return {
      problem: `${word} is ${value === null ? 'empty' : Array.isArray(value) ? 'a list' : 'a mapping'}; one value is wanted`,
    };
  switch (word) {
    case 'vmid':
      return text === AUTO || /^[1-9]\d{2,8}$/u.test(text)
        ? text
        : { problem: `vmid is "${text}"; a number from 100 to 999999999, or auto, is wanted` };
    case 'state':
      return STATES.includes(text)
        ? text
        : { problem: `state is "${text}"; ${STATES.join(', ')} are the states${didYouMean(text, STATES)}` };
    case 'restart':
      return text === 'never' || text === 'if-needed'
        ? text
        : { problem: `restart is "${text}"; never or if-needed is wanted` };
    case 'timeout':
      return /^\d{1,5}$/u.test(text)
        ? String(Number(text))
        : { problem: `timeout is "${text}"; a number of seconds is wanted` };
    case 'node':
      return /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/u.test(text)
        ? text
        : { problem: `node is "${text}"; the name of a PVE node is wanted` };
    default:
      return parseFlag(word, text);
  }
}

function parseFlag(word: string, text: string): string | { readonly problem: string } {
  if (/^(?:1|on|yes|true)$/iu.test(text)) return '1';
  if (/^(?:0|off|no|false)$/iu.test(text)) return '0';
  return { problem: `${word} is "${text}"; yes or no is wanted` };
}

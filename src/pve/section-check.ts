import { didYouMean } from '../text/did-you-mean.ts';
import { checkValue } from './check-value.ts';
import type { Finding } from './file-kind.ts';
import { sectionOptions, type Section, type SectionConfig, type SectionLine } from './section-config.ts';
import type { SectionKind, SectionType } from './section-kind.ts';
import type { SectionProperty } from './schema/sections/section-table.ts';

/** What PVE would drop, refuse or misread in a file of sections, in the order of its lines. */
export function checkSections(kind: SectionKind, config: SectionConfig): readonly Finding[] {
  const findings: Finding[] = [];
  const last = new Map<string, Section>();
  for (const part of config.parts) if (part.kind === 'section') last.set(part.id, part);
  let line = 1;
  for (const part of config.parts) {
    if (part.kind === 'section') {
      findings.push(...checkHeader(kind, part, line));
      if (last.get(part.id) !== part) {
        findings.push(
          warning(
            kind,
            'doubled',
            line,
            `${kind.noun} "${part.id}" is there again below; the last one counts`,
          ),
        );
      }
      for (const finding of checkBody(kind, part, line)) findings.push(finding);
      line += part.lines.length;
    } else if (part.kind === 'broken') {
      findings.push(
        error(
          kind,
          'broken-line',
          line,
          `"${part.text.trim()}" begins no ${kind.noun}; "${kind.dialect.writeHeader({ type: 'type', id: 'id' })}" is wanted`,
        ),
      );
    } else if (part.kind === 'comment' && kind.dialect.strict) {
      findings.push(error(kind, 'broken-line', line, 'a comment; PVE takes none in this file'));
    }
    line += 1;
  }
  return findings.toSorted((a, b) => a.line - b.line);
}

/** Why PVE would drop an option of a section, "<what is>; <what is wanted>". */
export function checkOption(
  kind: SectionKind,
  type: string,
  key: string,
  value: string,
): readonly { readonly code: string; readonly message: string }[] {
  const known = typeOf(kind, type);
  if (known === undefined || (key === 'type' && value === type)) return [];
  const schema = propertyOf(known, key);
  if (schema === undefined) {
    const message = `"${key}" is no option of type ${type}${didYouMean(key, optionsOf(known)) || `; ${loss(kind)}`}`;
    return [{ code: 'unknown-option', message }];
  }
  return refusals(kind, schema, value).map((message) => ({
    code: 'value-refused',
    message: `"${key}": ${message}`,
  }));
}

/** The schema of an option in a section of that type; undefined when the type has no such option. */
export function sectionProperty(kind: SectionKind, type: string, key: string): SectionProperty | undefined {
  const known = typeOf(kind, type);
  return known && propertyOf(known, key);
}

function checkHeader(kind: SectionKind, section: Section, line: number): readonly Finding[] {
  const refused = kind.refusedId?.(section.id);
  const findings =
    refused === undefined
      ? []
      : [error(kind, 'id-refused', line, `${kind.noun} "${section.id}" is refused; ${refused} is wanted`)];
  if (typeOf(kind, section.type) !== undefined) return findings;
  const message = `type "${section.type}" is unknown${didYouMean(section.type, Object.keys(kind.types)) || `; one of ${Object.keys(kind.types).join(', ')} is wanted`}`;
  return [...findings, (kind.hasPlugins ? warning : error)(kind, 'unknown-type', line, message)];
}

function checkBody(kind: SectionKind, section: Section, header: number): readonly Finding[] {
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  for (const [index, line] of section.lines.entries()) {
    findings.push(...checkLine(kind, section, line, header + 1 + index, seen));
  }
  const type = typeOf(kind, section.type);
  for (const key of type?.required ?? []) {
    if (seen.has(key) || type?.filledIn?.includes(key) === true) continue;
    const message = `${kind.noun} "${section.id}" has no "${key}"; PVE does not do without it`;
    findings.push(error(kind, 'option-missing', header, message));
  }
  const odd = kind.check?.(section.type, sectionOptions(section)) ?? [];
  for (const { key, severity, message } of odd) {
    findings.push(
      (severity === 'error' ? error : warning)(kind, 'odd-value', seen.get(key) ?? header, message),
    );
  }
  return findings;
}

function checkLine(
  kind: SectionKind,
  section: Section,
  line: SectionLine,
  at: number,
  seen: Map<string, number>,
): readonly Finding[] {
  if (line.kind === 'broken') return [error(kind, 'broken-line', at, brokenLine(kind, section, line.text))];
  if (line.kind !== 'option') return [];
  const first = seen.get(line.key);
  const repeated = sectionProperty(kind, section.type, line.key)?.repeated === true;
  if (first !== undefined && !repeated && typeOf(kind, section.type) !== undefined) {
    const message = `"${line.key}" stands in line ${first} already; ${loss(kind)}`;
    return [error(kind, 'doubled-option', at, message)];
  }
  if (first === undefined) seen.set(line.key, at);
  if (kind.retired !== undefined && Object.hasOwn(kind.retired, line.key)) {
    const message = `"${line.key}" is nothing to PVE 9; "${kind.retired[line.key]}" is wanted`;
    return [warning(kind, 'retired-option', at, message)];
  }
  return checkOption(kind, section.type, line.key, line.value).map(({ code, message }) =>
    error(kind, code, at, message),
  );
}

function brokenLine(kind: SectionKind, section: Section, text: string): string {
  return kind.dialect.readHeader(text.replace(/\n$/u, '')) === undefined
    ? `"${text.trim()}" is no option; an indented "option value" is wanted`
    : `"${text.trim()}" stands inside of ${kind.noun} "${section.id}"; an empty line above it is wanted, without white space`;
}

function refusals(kind: SectionKind, schema: SectionProperty, value: string): readonly string[] {
  const isFlag = schema.type === 'boolean';
  if (value === '') return isFlag && !kind.dialect.strict ? [] : ['no value; one is wanted'];
  // PVE::JSONSchema check_type, which SectionConfig goes through, has no other words for yes and no.
  if (isFlag && !kind.dialect.strict && value !== '0' && value !== '1') {
    return [`"${value}" is neither 1 nor 0; PVE takes no other word here`];
  }
  return checkValue(schema, value).map(({ message, path }) =>
    path === undefined ? message : `"${path.join('.')}": ${message}`,
  );
}

const loss = (kind: SectionKind): string =>
  kind.dialect.strict ? 'PVE refuses the whole file for it' : 'PVE drops it';

const typeOf = (kind: SectionKind, type: string): SectionType | undefined =>
  Object.hasOwn(kind.types, type) ? kind.types[type] : undefined;

const optionsOf = (type: SectionType): readonly string[] => [...type.required, ...type.optional];

const propertyOf = (type: SectionType, key: string): SectionProperty | undefined =>
  (type.required.includes(key) || type.optional.includes(key)) && Object.hasOwn(type.table, key)
    ? type.table[key]
    : undefined;

const error = (kind: SectionKind, code: string, line: number, message: string): Finding => ({
  line,
  severity: 'error',
  code: `${kind.kind}/${code}`,
  message,
});

const warning = (kind: SectionKind, code: string, line: number, message: string): Finding => ({
  ...error(kind, code, line, message),
  severity: 'warning',
});

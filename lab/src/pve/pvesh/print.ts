import { die } from '../failure.ts';
import type { Parameters } from '../cli/getopt.ts';
import type { Properties } from '../schema/types.ts';
import type { Session } from '../session.ts';
import { toJson, toPrettyJson, type Json } from './format.ts';
import { RETURNS, type Column, type Returns } from './returns.ts';
import { cellText, printTable, type TableOptions } from './table.ts';
import { toYaml } from './yaml.ts';

/** How a result is printed, by any tool. */
export const OUTPUT: Properties = {
  'output-format': { type: 'string', optional: 1, enum: ['text', 'json', 'json-pretty', 'yaml'] },
  noborder: { type: 'boolean', optional: 1 },
  noheader: { type: 'boolean', optional: 1 },
  quiet: { type: 'boolean', optional: 1 },
  'human-readable': { type: 'boolean', optional: 1 },
};
/** The same by `pvesh`. */
export const FORMAT: Properties = { ...OUTPUT, noproxy: { type: 'boolean', optional: 1 } };

/** Prints what a method ("GET /nodes") returned (PVE::CLIFormatter::print_api_result). Throws Failure for a table that the lab does not know. */
export function printResult(session: Session, method: string, result: Json, format: Parameters): void {
  if (format['quiet'] === '1' || result === null) return;
  const kind = format['output-format'] ?? 'text';
  if (kind === 'json') session.print(`${toJson(result)}\n`);
  else if (kind === 'json-pretty') session.print(`${toPrettyJson(result)}\n`);
  else if (kind === 'yaml') session.print(toYaml(result));
  else session.print(asText(session, method, result, format));
}

/** Whether the environment asks for UTF-8. */
function isUtf8({ input }: Session): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = input.env;
  return /utf-?8/i.test(LC_ALL ?? LC_CTYPE ?? LANG ?? '');
}

function asText(session: Session, method: string, result: Json, format: Parameters): string {
  if (typeof result !== 'object' || result === null) return `${result}\n`;
  const options: TableOptions = {
    hasBorder: format['noborder'] !== '1',
    hasHeader: format['noheader'] !== '1',
    isHumanReadable: format['human-readable'] !== '0',
    isUtf8: isUtf8(session),
  };
  const returns = RETURNS[method];
  if (!isList(result)) return printTable(pairs(result, returns, options), KEY_VALUE, options);
  if (result.length === 0) return '';
  const rows = result.flatMap((row) => (isObject(row) ? [row] : []));
  if (rows.length < result.length) {
    const values = result.map((value) => ({ value }));
    return printTable(values, [plain('value')], { ...options, hasHeader: false });
  }
  if (returns === undefined)
    die(`pvefleet-lab: pvesh's table of '${method}' is not modelled; use --output-format json`);
  return printTable(rows, returns.columns, options);
}

function plain(name: string): Column {
  return { name, title: name, render: 'plain', isNumber: false, optional: false };
}

const KEY_VALUE = [plain('key'), plain('value')];

type Row = { readonly [key: string]: Json };

/** An object as rows of its keys: those that the schema names, or all. */
function pairs(result: Row, returns: Returns | undefined, options: TableOptions): readonly Row[] {
  const columns = returns?.of === 'object' ? returns.columns : Object.keys(result).toSorted().map(plain);
  return columns.flatMap(({ name, render }) => {
    const value = result[name];
    return value === undefined || value === null
      ? []
      : [{ key: name, value: cellText(value, render, options) }];
  });
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json): value is Row {
  return typeof value === 'object' && value !== null && !isList(value);
}

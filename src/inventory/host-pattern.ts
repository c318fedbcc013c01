import { expandRange } from './expand-range.ts';

/** The hosts that one entry of an inventory stands for, or what is wrong with it as the end of a sentence. */
export type HostEntry =
  | { readonly names: readonly string[]; readonly port?: number }
  | { readonly problem: string };

/** Reads a host entry: a name, or a range of names, and maybe a port after it (`pve[1:3]:2222`). */
export function readHostEntry(entry: string): HostEntry {
  const [, pattern = entry, digits] = /^([^:]+|.*\][^:]*):(\d+)$/su.exec(entry) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65_535))
    return { problem: `its port is ${digits}; one from 1 to 65535 is wanted` };
  const expanded = expandRange(pattern);
  if ('problem' in expanded) return expanded;
  const problem = expanded.names.map(nameProblem).find((found) => found !== undefined);
  if (problem !== undefined) return { problem };
  return { names: expanded.names, ...(port !== undefined && { port }) };
}

/** The end of a sentence about a name that hosts and groups can't have, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  if (/^[\da-f]*:[\da-f:.]*$/iu.test(name))
    return 'it is an IPv6 address; a name is wanted, with the address as its ansible_host';
  const wrong = /[\s:,*?!&~[\]{}/@"'\\]/u.exec(name)?.[0];
  if (wrong !== undefined)
    return `the name holds "${wrong}", which patterns could not tell from their own signs`;
  return name.startsWith('-') ? 'the name begins with "-"' : undefined;
}

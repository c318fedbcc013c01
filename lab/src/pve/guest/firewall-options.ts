import type { Parameters } from '../cli/getopt.ts';
import { die, refuseParameters } from '../failure.ts';
import { parametersOf } from '../schema/parameters.ts';
import type { Session } from '../session.ts';

const NOT_OPTIONS = new Set(['node', 'vmid', 'delete', 'digest']);

/** `pvesh set …/firewall/options` of a guest (PVE::API2::Firewall::VM set_options): the other sections stay. Throws Failure. */
export function setFirewallOptions({ machine }: Session, given: Parameters): null {
  const { vmid = '', delete: gone = '', digest } = given;
  if (digest !== undefined) die("pvefleet-lab: the digest of a firewall's options is not modelled");
  const known = Object.keys(parametersOf('PUT /nodes/{node}/qemu/{vmid}/firewall/options')).filter(
    (name) => !NOT_OPTIONS.has(name),
  );
  const path = `/etc/pve/firewall/${vmid}.fw`;
  const { options, rest } = readFile(machine.files.read(path) ?? '');
  for (const name of gone.split(/[,; ]+/).filter((each) => each !== '')) {
    if (!known.includes(name)) refuseParameters({ delete: `no such option '${name}'` });
    options.delete(name);
  }
  for (const name of known) if (given[name] !== undefined) options.set(name, given[name]);
  const lines = [...options].map(([name, value]) => `${name}: ${value}\n`).join('');
  const text = `${lines === '' ? '' : `[OPTIONS]\n\n${lines}\n`}${rest}`;
  if (text !== '') machine.files.write(path, text);
  else if (machine.files.read(path) !== undefined) machine.files.remove(path);
  return null;
}

/** The options, and the text of all sections behind them as PVE has written it. */
function readFile(text: string): { readonly options: Map<string, string>; readonly rest: string } {
  const lines = text.split('\n');
  const other = lines.findIndex((line) => /^\[(?!OPTIONS\])/i.test(line));
  const end = other === -1 ? lines.length : other;
  const options = new Map<string, string>();
  for (const line of lines.slice(0, end)) {
    const [, name = '', value = ''] = /^(\w+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== '') options.set(name, value);
  }
  return { options, rest: lines.slice(end).join('\n') };
}

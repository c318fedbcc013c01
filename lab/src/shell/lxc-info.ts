import { answeringCards } from '../pve/guest/reachable.ts';
import { configExists } from '../pve/guest/store.ts';
import { initPid } from '../pve/pct/run-state.ts';
import type { Program } from './program.ts';
import { failed } from './ran.ts';

const NAMES: Readonly<Record<string, string>> = {
  '--name': 'n',
  '--ips': 'i',
  '--pid': 'p',
  '--state': 's',
  '--no-humanize': 'H',
};

/** `lxc-info` (src/lxc/tools/lxc_info.c) without statistics, keys of the config and other lxc paths. */
export const lxcInfo: Program = ({ node: { machine }, argv }) => {
  let name: string | undefined;
  const letters = new Set<string>();
  const words = argv.flatMap((word) => (word.startsWith('--name=') ? ['-n', word.slice(7)] : [word]));
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      name ??= word;
      continue;
    }
    for (const letter of word.startsWith('--') ? [NAMES[word] ?? word] : word.slice(1)) {
      if (letter === 'n') name = words[(at += 1)];
      else if ('ipsH'.includes(letter)) letters.add(letter);
      else return failed(`lxc-info: the lab does not simulate the option ${word}`);
    }
  }
  if (name === undefined) return failed('lxc-info: No container name specified');
  if (!configExists(machine, 'lxc', name)) return failed(`${name} doesn't exist`);
  const isPlain = letters.has('H');
  letters.delete('H');
  const showsAll = letters.size === 0;
  const shows = (letter: string): boolean => showsAll || letters.has(letter);
  const line = (label: string, value: string | number): string =>
    isPlain ? `${value}\n` : `${`${label}:`.padEnd(15)} ${value}\n`;
  const pid = initPid(machine, name);
  const ips = (answeringCards(machine, 'lxc', name) ?? []).flatMap(({ addresses }) =>
    addresses.filter(({ isGlobal }) => isGlobal).map(({ ip }) => ip),
  );
  return {
    stdout: [
      ...(showsAll ? [line('Name', name)] : []),
      ...(shows('s') ? [line('State', pid === undefined ? 'STOPPED' : 'RUNNING')] : []),
      ...(shows('p') && pid !== undefined ? [line('PID', pid)] : []),
      ...(shows('i') ? ips.map((ip) => line('IP', ip)) : []),
    ].join(''),
    stderr: '',
    exit: 0,
  };
};

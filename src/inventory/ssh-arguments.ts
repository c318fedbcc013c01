import { shellWords } from './shell-words.ts';

/** Lines of ssh_config, or the end of a sentence why there are none. */
export type SshLines = { readonly lines: readonly string[] } | { readonly problem: string };

/** ssh's options with a value, as keywords of ssh_config (ssh(1)). */
const valued: Readonly<Record<string, string>> = {
  B: 'BindInterface',
  J: 'ProxyJump',
  S: 'ControlPath',
  b: 'BindAddress',
  c: 'Ciphers',
  i: 'IdentityFile',
  l: 'User',
  m: 'MACs',
  p: 'Port',
};

/** ssh's switches, as lines of ssh_config; an empty one says nothing about how to connect. */
const switches: Readonly<Record<string, string>> = {
  '4': 'AddressFamily inet',
  '6': 'AddressFamily inet6',
  A: 'ForwardAgent yes',
  C: 'Compression yes',
  K: 'GSSAPIAuthentication yes',
  T: '',
  a: 'ForwardAgent no',
  k: 'GSSAPIDelegateCredentials no',
  q: '',
  t: '',
  v: '',
  x: '',
};

/** Arguments of ssh, as ansible_ssh_common_args has them, as lines of ssh_config. */
export function sshArguments(text: string): SshLines {
  const split = shellWords(text);
  if (typeof split === 'string') return { problem: split };
  const words = split.map((word) => word.text);
  const lines: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, letters = ''] = /^-([^-].*)$/su.exec(word) ?? [];
    if (letters === '') return { problem: `"${word}" is no option of ssh; ${wanted}` };
    // Switches may stand together, and before one with a value: "-4Cp 22".
    for (let index = 0; index < letters.length; index++) {
      const letter = letters[index] ?? '';
      const line = switches[letter];
      if (line !== undefined) {
        if (line !== '') lines.push(line);
        continue;
      }
      const keyword = valued[letter];
      if (keyword === undefined && letter !== 'o') return { problem: notTaken(`-${letter}`) };
      const joined = letters.slice(index + 1);
      const value = joined === '' ? words[++at] : joined;
      if (value === undefined) return { problem: `-${letter} has no value; one is wanted` };
      const made = letter === 'o' ? configLine(value) : withValue(keyword ?? '', value);
      if ('problem' in made) return made;
      lines.push(...made.lines);
      break;
    }
  }
  return { lines };
}

/** One setting, as "ProxyJump bastion" or "ProxyJump=bastion", or arguments of ssh that begin with a dash. */
export function sshOption(text: string): SshLines {
  return text.trimStart().startsWith('-') ? sshArguments(text) : configLine(text);
}

function configLine(text: string): SshLines {
  const [, keyword, value = ''] = /^\s*([A-Za-z]\w*)\s*(?:=\s*|\s)(.*?)\s*$/su.exec(text) ?? [];
  if (keyword === undefined || value === '')
    return { problem: `"${text}" is no setting of ssh_config; "Keyword value" or "Keyword=value" is wanted` };
  const name = keyword.toLowerCase();
  if (name === 'match' || name === 'host' || name === 'include')
    return { problem: `${keyword} is for files of ssh_config; a setting is wanted` };
  if (name === 'stricthostkeychecking' && !/^(?:yes|ask|true)$/iu.test(value))
    return {
      problem: `${keyword} is ${value}, and pvefleet always checks host keys; it is to be left out, and the keys known`,
    };
  return { lines: [`${keyword} ${value}`] };
}

function withValue(keyword: string, value: string): SshLines {
  const quoted = keyword === 'IdentityFile' && /\s/u.test(value) ? `"${value}"` : value;
  return { lines: [`${keyword} ${quoted}`] };
}

const wanted = '-o Keyword=value, -J, -p, -i, -l and the like are wanted';

function notTaken(option: string): string {
  return option === '-F'
    ? `-F names a file of ssh_config, and ~/.ssh/config is read already; its settings are wanted here, each as -o Keyword=value`
    : `${option} of ssh is not taken here; ${wanted}`;
}

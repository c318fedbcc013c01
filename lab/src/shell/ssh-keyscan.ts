import { guestAt, guestHostKey } from '../pve/guest/reachable.ts';
import type { SimulatedNode } from '../cluster.ts';
import type { Program } from './program.ts';
import { failed } from './ran.ts';

const WITH_VALUE = new Set(['-p', '-T', '-t', '-f']);
const WITHOUT = new Set(['-4', '-6', '-q']);

/**
 * `ssh-keyscan`: asks the nodes and the running guests of the cluster for their host keys, in the lab all at port 22 and of type ed25519.
 * Exits 0 if one of them answered.
 */
export const sshKeyscan: Program = ({ node, argv, stdin }) => {
  const options = new Map<string, string>();
  const hosts: string[] = [];
  const words = argv.flatMap((word) => (/^-[pTtf]./.test(word) ? [word.slice(0, 2), word.slice(2)] : [word]));
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (WITH_VALUE.has(word)) options.set(word, words[(at += 1)] ?? '');
    else if (!word.startsWith('-')) hosts.push(word);
    else if (!WITHOUT.has(word)) return failed(`ssh-keyscan: the lab does not simulate the option ${word}`);
  }
  const from = options.get('-f');
  const listed = from === undefined ? '' : from === '-' ? stdin : node.machine.files.read(from);
  if (listed === undefined) return failed(`${from}: No such file or directory`);
  const isQuiet = argv.includes('-q');
  const types = (options.get('-t') ?? 'ed25519').split(',');
  const asked = [...hosts, ...listed.split(/[\n,\s]+/)].filter((host) => host !== '');
  const port = options.get('-p') ?? '22';
  const answers = asked.flatMap((host) => {
    const key = port === '22' ? hostKey(node, host) : undefined;
    return key === undefined ? [] : [{ host, key }];
  });
  const shown = types.includes('ed25519') || types.includes('ssh-ed25519') ? answers : [];
  return {
    stdout: shown.map(({ host, key }) => `${host} ${key}\n`).join(''),
    stderr: isQuiet
      ? ''
      : answers.map(({ host }) => `# ${host}:22 SSH-2.0-OpenSSH_10.0p2 Debian-7\n`).join(''),
    exit: shown.length > 0 ? 0 : 1,
  };
};

/** The key of a node by its name or address, or of a guest by its address. */
function hostKey({ machine }: SimulatedNode, host: string): string | undefined {
  const { cluster } = machine;
  const member = cluster.members.find(({ name, ip }) => name === host || ip === host);
  if (member === undefined) {
    const vmid = guestAt(cluster, host);
    return vmid === undefined ? undefined : guestHostKey(vmid);
  }
  const known = machine.files.read(`/etc/pve/nodes/${member.name}/ssh_known_hosts`)?.trim();
  return cluster.isOnline(member.name) && known !== undefined ? known.replace(/^\S+ /, '') : undefined;
}

import { decideEdit, editReads, linesOf } from './host/edit-text.ts';
import type { Facts, HostRead } from './host/facts.ts';
import type { Decision } from './host/host-task.ts';
import { plainHostTask } from './host/host-task.ts';
import type { Values } from './host/parameters.ts';
import { choice, flag, optional, absolutePath, preset, plainText } from './host/parameters.ts';

const parameters = {
  name: plainText('The setting: net.ipv4.ip_forward.', ['key']),
  value: optional(plainText('Its value.', ['val'])),
  state: preset(choice(['present', 'absent'], 'Whether it stands in the file.'), 'present'),
  sysctl_file: preset(absolutePath('The file.'), '/etc/sysctl.conf'),
  sysctl_set: preset(flag('Also have it so now, whatever the file says.'), false),
  reload: preset(flag('Load the file when it was changed, or the kernel has it otherwise.'), true),
  ignoreerrors: preset(flag('Go on where the kernel has no such setting.'), false),
};

type SysctlValues = Values<typeof parameters>;

/** A setting of the kernel, as Ansible's module. */
export const sysctl = plainHostTask({
  name: 'sysctl',
  help: 'A setting of the kernel, in its file and now.',
  parameters,
  notYet: [],
  changes: true,
  check: ({ state, value }) =>
    state === 'present' && (value ?? '') === '' ? [{ what: '"value" is missing' }] : [],
  reads: ({ name, sysctl_file: file }): readonly HostRead[] => [
    ...editReads({ path: file }),
    { read: 'path', path: liveFile(name), content: true },
  ],
  decide,
});

/** "/" and "." part names in either way; a name with "/" first has dots of its own. */
const liveFile = (name: string): string =>
  `/proc/sys/${/^[^.]*\//u.test(name) ? name : name.replaceAll(/[./]/gu, (one) => (one === '.' ? '/' : '.'))}`;

const plain = (value: string): string => value.trim().split(/\s+/u).join(' ');

/** The kernel knows numbers alone: words of yes and no are 1 and 0, as Ansible has it. */
function numberOf(value: string): string {
  if (/^(?:yes|on|true|y|t)$/iu.test(value)) return '1';
  return /^(?:no|off|false|n|f)$/iu.test(value) ? '0' : value.trim();
}

function decide(values: SysctlValues, facts: Facts): Decision {
  const { name, state, sysctl_file: file, ignoreerrors: ignores } = values;
  const value = numberOf(values.value ?? '');
  const editing = { path: file, create: true, backup: false };
  const isOf = (line: string): boolean => line.split('=')[0]?.trim() === name && line.includes('=');
  const edited = decideEdit(
    editing,
    facts,
    (before) => {
      const lines = linesOf(before);
      const own = lines.filter(isOf);
      const isSame =
        state === 'present' && own.length === 1 && own[0]?.split('=').slice(1).join('=').trim() === value;
      if (isSame || (state === 'absent' && own.length === 0)) return { text: before, message: '' };
      const at = lines.findIndex(isOf);
      const others = lines
        .filter((line) => !isOf(line))
        .map((line) => (line.endsWith('\n') ? line : `${line}\n`));
      const fresh = state === 'present' ? [`${name}=${value}\n`] : [];
      const place = at < 0 ? others.length : at;
      return { text: [...others.slice(0, place), ...fresh, ...others.slice(place)].join(''), message: '' };
    },
    state === 'absent' ? 'leave' : 'refuse',
  );
  if (edited.is === 'refused') return edited;
  const live = facts.path(liveFile(name)).content?.toString();
  const isOther = state === 'present' && (live === undefined || plain(live) !== plain(value));
  const isChanged = edited.is === 'change';
  const quiet = ignores ? ['-e'] : [];
  const acts = [
    ...(isChanged ? edited.acts : []),
    ...(values.sysctl_set && isOther ? [{ argv: ['sysctl', ...quiet, '-w', `${name}=${value}`] }] : []),
    ...(values.reload && (isChanged || isOther) ? [{ argv: ['sysctl', ...quiet, '-p', file] }] : []),
  ];
  if (acts.length === 0) return { is: 'as wanted' };
  return { is: 'change', acts, diffs: isChanged ? (edited.diffs ?? []) : [] };
}

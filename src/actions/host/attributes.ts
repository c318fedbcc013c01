import type { Status } from './facts.ts';
import { modeFrom, octal } from './file-mode.ts';
import type { HostAct } from './host-task.ts';
import { permissions, optional, plainText } from './parameters.ts';

/** Who may do what with a file: the arguments that all tasks about files share. */
export const attributeParameters = {
  mode: optional(permissions('Permissions: octal digits, or symbols as chmod has them.')),
  owner: optional(plainText('User that it belongs to, by name or number.')),
  group: optional(plainText('Group that it belongs to, by name or number.')),
};

/** Ansible's arguments of the same kind that are not supported. */
export const attributesNotYet = [
  'attributes',
  'attr',
  'seuser',
  'serole',
  'selevel',
  'setype',
  'unsafe_writes',
] as const;

export interface Attributes {
  readonly mode?: string | undefined;
  readonly owner?: string | undefined;
  readonly group?: string | undefined;
}

/** The commands that give what is at `path` these attributes; none where it has them. Those of a link are its own. */
export function attributeActs(path: string, now: Status, wanted: Attributes): readonly HostAct[] {
  const isLink = now.kind === 'link';
  const owner = wanted.owner !== undefined && !isOf(wanted.owner, now.owner, now.uid) ? wanted.owner : '';
  const group = wanted.group !== undefined && !isOf(wanted.group, now.group, now.gid) ? wanted.group : '';
  const acts: HostAct[] = [];
  if (owner !== '' || group !== '') {
    const whom = group === '' ? owner : `${owner}:${group}`;
    acts.push({ argv: ['chown', ...(isLink ? ['-h'] : []), whom, path], touches: [path] });
  }
  const wantedMode =
    wanted.mode === undefined || isLink
      ? now.mode
      : modeFrom(wanted.mode, now.mode, now.kind === 'directory');
  // chown takes special bits away.
  const losesBits = acts.length > 0 && now.kind === 'file' && (wantedMode & 0o6000) !== 0;
  if (wantedMode !== now.mode || losesBits)
    acts.push({ argv: ['chmod', chmodWord(wantedMode, now), path], touches: [path] });
  return acts;
}

/** GNU's chmod leaves the set-id bits of a directory as they are, unless there are five digits. */
function chmodWord(wanted: number, { kind, mode }: Status): string {
  const takesAway = kind === 'directory' && (mode & ~wanted & 0o6000) !== 0;
  return octal(wanted).padStart(takesAway ? 5 : 0, '0');
}

/** The attributes of what is not there yet, given to it in this order. */
export function attributeActsOfNew(
  path: string,
  wanted: Attributes,
  isDirectory: boolean,
): readonly HostAct[] {
  const { owner = '', group = '' } = wanted;
  const whom = group === '' ? owner : `${owner}:${group}`;
  return [
    ...(whom === '' ? [] : [{ argv: ['chown', whom, path], touches: [path] }]),
    ...(wanted.mode === undefined
      ? []
      : [
          {
            argv: ['chmod', octal(modeFrom(wanted.mode, isDirectory ? 0o755 : 0o644, isDirectory)), path],
            touches: [path],
          },
        ]),
  ];
}

const isOf = (wanted: string, name: string, number: number): boolean =>
  wanted === name || wanted === String(number);

import type { Attributes } from './attributes.ts';
import type { Status } from './facts.ts';
import { modeFrom, octal } from './file-mode.ts';
import type { HostAct } from './host-task.ts';
import { flag, optional, preset, plainText } from './parameters.ts';

const command = plainText(
  'A command that must succeed before the file is put in place; %s stands for the new file.',
);
const validation: typeof command = {
  ...command,
  read: (value) => {
    const read = command.read(value);
    return 'value' in read && !read.value.includes('%s')
      ? { wrong: `it is "${read.value}"; a command with %s, which stands for the new file, is wanted` }
      : read;
  },
};

/** What all tasks that write a file take. */
export const writeParameters = {
  backup: preset(flag('Keep the old file beside it, with the time in its name.'), false),
  validate: optional(validation),
};

/** What a file is to hold: bytes, or those of another file of the node. */
export type Content = Buffer | { readonly path: string; readonly sha256: string; readonly size: number };

export const sizeOf = (content: Content): number =>
  Buffer.isBuffer(content) ? content.length : content.size;

export interface FileWrite extends Attributes {
  readonly path: string;
  readonly content: Content;
  /** The file that is there, whose mode and owner are kept where no others are wanted. */
  readonly now?: Status | undefined;
  readonly backup: boolean;
  readonly validate?: string | undefined;
}

/** POSIX sh. $1 path, $2 mode, $3 owner, $4 group, $5 whether the old one is kept, $6 command that checks the new one, $7 as it was written, $8 where it is from; else from the input. */
const SCRIPT = `umask 077 2>/dev/null; at=$1; part=$(dirname "$at")/.$(basename "$at").pvefleet-$(uname -n)-$$
stop() { rm -f "$part"; [ -z "$1" ] || echo "$1" >&2; exit 1; }
cat -- "\${8:--}" > "$part" || stop
case $at in /etc/pve/*) ;; *)
  [ -L "$at" ] || [ ! -e "$at" ] || { chown --reference="$at" "$part" && chmod "$(stat -L -c %a "$at")" "$part"; } || stop
  { [ -z "$3$4" ] || chown "$3\${4:+:$4}" "$part"; } && { [ -z "$2" ] || chmod "$2" "$part"; } || stop ;;
esac
[ -z "$6" ] || sh -c "$6" "$part" "$part" >&2 || stop "the new file does not pass: $7"
[ -z "$5" ] || [ ! -e "$at" ] || { kept="$at.$$.$(date +%Y-%m-%d@%H:%M:%S)~" && cp -p "$at" "$kept" && printf %s "$kept"; } || stop
[ ! -L "$at" ] || rm -f "$at"
mv -f "$part" "$at" || stop`;

/** Writes a file whole: beside its place first, checked, with the mode and owner that it will have, then in place by one rename. */
export function writeAct(write: FileWrite): HostAct {
  const { path, content, now, backup, validate = '', owner = '', group = '' } = write;
  return {
    argv: [
      'sh',
      '-c',
      SCRIPT,
      'write',
      path,
      modeOf(write),
      owner,
      group,
      backup ? 'keep' : '',
      validate.replaceAll('%s', '"$1"'),
      validate,
      ...(Buffer.isBuffer(content) ? [] : [content.path]),
    ],
    ...(Buffer.isBuffer(content) && { stdin: content }),
    title: `write ${path} (${sizeOf(content)} bytes${now === undefined ? ', a new file' : ''})`,
    ...(backup && { gives: 'backup_file' }),
    // What checks it may be any command.
    ...(validate === '' && { touches: [path] }),
  };
}

/** The permissions that a file has when it is written. */
export const modeAfter = ({ mode }: Attributes, now: Status | undefined): string =>
  mode === undefined ? octal(now?.mode ?? 0o644) : octal(modeFrom(mode, now?.mode ?? 0o644, false));

/** "": that of the file that is there. */
function modeOf({ mode, now }: Pick<FileWrite, 'mode' | 'now'>): string {
  if (mode === undefined) return now === undefined ? '0644' : '';
  return octal(modeFrom(mode, now?.mode ?? 0o644, false));
}

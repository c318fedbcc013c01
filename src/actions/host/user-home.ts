import { dirname, join } from 'node:path';
import type { Facts, HostRead } from './facts.ts';
import type { HostAct } from './host-task.ts';
import { choice, flag, integer, optional, plainText, preset } from './parameters.ts';

/** What a user is to have in the home directory. */
export const homeParameters = {
  skeleton: optional(
    plainText('The directory whose files a new home directory gets; /etc/skel unless said.'),
  ),
  generate_ssh_key: preset(flag('Make a pair of SSH keys, where there is none.'), false),
  ssh_key_type: preset(choice(['rsa', 'ed25519', 'ecdsa', 'dsa'], 'Its kind.'), 'rsa'),
  ssh_key_bits: optional(integer('Its size.')),
  ssh_key_comment: optional(plainText('Its comment; "ansible-generated on" the host unless said.')),
  ssh_key_file: optional(
    plainText(
      'Its file, from the home directory if it does not begin with "/"; .ssh/id_ and its kind unless said.',
    ),
  ),
};

export interface WantedHome {
  readonly name: string;
  readonly home?: string | undefined;
  readonly create_home: boolean;
  readonly move_home: boolean;
  readonly skeleton?: string | undefined;
  readonly generate_ssh_key: boolean;
  readonly ssh_key_type: string;
  readonly ssh_key_bits?: number | undefined;
  readonly ssh_key_comment?: string | undefined;
  readonly ssh_key_file?: string | undefined;
  readonly force: boolean;
}

const homeOf = ({ name, home }: WantedHome): string => home ?? `~${name}`;

const keyName = ({ ssh_key_file: file, ssh_key_type: kind }: WantedHome): string => file ?? `.ssh/id_${kind}`;

function keyPath(wanted: WantedHome): string {
  const file = keyName(wanted);
  return file.startsWith('/') ? file : join(homeOf(wanted), file);
}

/** What has to be known of the home directory, and of the key in it. */
export function homeReads(wanted: WantedHome): readonly HostRead[] {
  return [
    { read: 'path', path: homeOf(wanted), only: 'what' },
    ...(wanted.home === undefined
      ? []
      : [{ read: 'path', path: dirname(wanted.home), only: 'what' } as const]),
    ...(wanted.generate_ssh_key
      ? [keyPath(wanted), `${keyPath(wanted)}.pub`].map(
          (path) => ({ read: 'path', path, content: true }) as const,
        )
      : []),
  ];
}

/** $1 user, $2 home directory, $3 what is put in it. As useradd makes it. */
const MAKE_HOME = `umask 077; mkdir -p -- "$(dirname "$2")" || exit 1
if [ -d "$3" ]; then cp -R -P -T --preserve=mode,timestamps -- "$3" "$2" || exit 1; else mkdir -- "$2" || exit 1; fi
mask=$(sed -n 's/^UMASK[[:space:]]\\{1,\\}\\([0-7]*\\)$/\\1/p' /etc/login.defs | tail -n 1)
[ -z "$mask" ] || chmod "$(printf %o "$((0777 & ~0$mask))")" "$2" || exit 1
chown -hR "$1:" -- "$2"`;

/** A home directory that is missing, of a user who is there; one that will be moved there is left to that. */
export function missingHomeActs(wanted: WantedHome, nowHome: string, facts: Facts): readonly HostAct[] {
  const { name, home = nowHome, create_home: isWanted, move_home: moves, skeleton = '/etc/skel' } = wanted;
  if (!isWanted || facts.path(homeOf(wanted)).followed !== undefined) return [];
  if (moves && home !== nowHome) return [];
  const argv = ['sh', '-c', MAKE_HOME, 'home', name, home, skeleton];
  return [{ argv, title: `make the home directory ${home}` }];
}

/** $1 user, $2 file from the home directory or from the root, $3 comment or nothing, then options of ssh-keygen. */
const MAKE_KEY = `umask 077; user=$1 file=$2 comment=$3; shift 3
home=$(getent passwd "$user" | cut -d: -f6) && group=$(id -g "$user") || exit 1
case $file in /*) ;; *) file=$home/$file ;; esac
[ -d "$(dirname "$file")" ] || { mkdir -- "$(dirname "$file")" && chown "$user:$group" "$(dirname "$file")"; } || exit 1
rm -f -- "$file" "$file.pub"
ssh-keygen -q -N '' -C "\${comment:-ansible-generated on $(hostname)}" -f "$file" "$@" </dev/null >&2 && chmod 0644 "$file.pub" &&
  chown "$user:$group" "$file" "$file.pub" && cat "$file.pub"`;

/** Makes the key, where there is none or `force` says so. */
export function keyActs(wanted: WantedHome, facts: Facts): readonly HostAct[] {
  const { name, ssh_key_bits: bits, ssh_key_comment: comment = '', ssh_key_type: kind, force } = wanted;
  if (!wanted.generate_ssh_key) return [];
  const isThere = [keyPath(wanted), `${keyPath(wanted)}.pub`].some((path) => facts.path(path).followed);
  if (isThere && !force) return [];
  const options = ['-t', kind, ...(bits === undefined ? [] : ['-b', String(bits)])];
  return [
    {
      argv: ['sh', '-c', MAKE_KEY, 'key', name, keyName(wanted), comment, ...options],
      title: `make an SSH key for ${name}`,
      gives: 'ssh_public_key',
    },
  ];
}

/** What is registered of a key that is there. */
export function keyResult(wanted: WantedHome, facts: Facts): Readonly<Record<string, unknown>> {
  if (!wanted.generate_ssh_key) return {};
  const key = facts
    .path(`${keyPath(wanted)}.pub`)
    .content?.toString()
    .trimEnd();
  return {
    ssh_key_file: facts.path(keyPath(wanted)).path,
    ...(key !== undefined && { ssh_public_key: key }),
  };
}

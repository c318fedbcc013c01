import { curlOptions } from './curl-options.ts';
import type { Facts, HostRead } from './facts.ts';
import type { Decision, HostAct } from './host-task.ts';

/** $1 a package file. Prints its name, its version, how that compares with the one that is installed ("lt", "eq", "gt", "new"). */
const LOOK = `name=$(dpkg-deb -f "$1" Package) && version=$(dpkg-deb -f "$1" Version) || exit 1
has=$(dpkg-query -W -f '\${db:Status-Status} \${Version}' "$name" 2>/dev/null)
is=new
case $has in "installed "*) for is in lt eq gt; do ! dpkg --compare-versions "$version" $is "\${has#installed }" || break; done ;; esac
echo "$name $version $is"`;

const LOOK_SECONDS = 30;
const CURL_SECONDS = 10;

const lookArgv = (deb: string): readonly string[] => ['sh', '-c', LOOK, 'deb', deb];

const isUrl = (deb: string): boolean => deb.includes('://');

/** What is asked about a package file; nothing of one that has to be fetched first. */
export function debReads(deb: string): readonly HostRead[] {
  return isUrl(deb) ? [] : [{ read: 'output', argv: lookArgv(deb), timeoutSeconds: LOOK_SECONDS }];
}

/** $1 whether an older version may come; then the command that installs, which gets the file as its last word. curl's options come from the input. */
const FETCH = `older=$1; shift
kept=$(mktemp -d) && chmod 755 "$kept" || exit 1; trap 'rm -rf "$kept"' EXIT
curl -q -K - -o "$kept/fetched.deb" || exit 1
set -- "$@" "$kept/fetched.deb"
is=$(sh -c "$LOOK" deb "$kept/fetched.deb") || exit 1
case $is,$older in
  *" eq,"*) echo unchanged ;;
  *" lt,") echo "a later version is installed: \${is% lt}" >&2; exit 1 ;;
  *) "$@" </dev/null ;;
esac`;

/** Installs a package file, with what it depends on; a version that is there is left alone. */
export function decideDeb(deb: string, mayBeOlder: boolean, install: HostAct, facts: Facts): Decision {
  if (isUrl(deb)) {
    const older = mayBeOlder ? 'older' : '';
    const argv = ['env', `LOOK=${LOOK}`, 'sh', '-c', FETCH, 'deb', older, ...install.argv];
    const stdin = curlOptions(deb, { validate_certs: true, timeout: CURL_SECONDS });
    const title = `fetch and install ${deb}`;
    return { is: 'change', acts: [{ argv, stdin, title, unchangedIf: /^unchanged$/u }] };
  }
  const { exit, text } = facts.output(lookArgv(deb));
  if (exit !== 0) return { is: 'refused', why: `Cannot install ${deb}: ${text.trim()}` };
  const [name = '', version = '', is = ''] = text.trim().split(' ');
  const result = { name, version };
  if (is === 'eq') return { is: 'as wanted', result };
  if (is === 'lt' && !mayBeOlder)
    return {
      is: 'refused',
      why: `Cannot install ${name} ${version} from ${deb}: a later version is installed; allow_downgrade: yes is wanted`,
      result,
    };
  return {
    is: 'change',
    acts: [{ ...install, argv: [...install.argv, deb], title: `install ${name} ${version} from ${deb}` }],
    result,
  };
}

# Prints what a PVE node is and what its cluster's files say. Writes nothing and runs none of PVE's own tools: a file costs the
# node a millisecond, a Perl program a second. POSIX sh with awk, cat, find, grep, sed, sha1sum, sort, timeout.
#
# Set before it: nonce (in the first and last line), salt (of the hashes that stand for secrets), and mode:
#   survey     facts of the node, its own files, and the cluster's tree if it falls to this node to send it
#   tree       facts of the node, its own files, and the tree
#   read-back  which guests run, and the files named in $paths, one a line
# What it prints: lines of "word value"; after "file SHA1 PATH" its lines with "|" before each. read-answer.ts reads it.

[ -z "${ZSH_VERSION-}" ] || emulate sh   # where it is root's login shell
LC_ALL=C
export LC_ALL
root=${PVEFLEET_ROOT-}   # another root directory, for tests
limit=${PVEFLEET_LIMIT-10}   # seconds for one read of /etc/pve
pve=$root/etc/pve
tab=$(printf '\t')
newline='
'

# Lines that hold a secret; of these only what "key" matches leaves the node, and a salted hash of the rest.
# Extended regular expressions without {n}, which mawk lacks.
secret="^cipassword:|^[ $tab]+(password|keyring|client-key|token|key|secret|wpa-psk|wireless-key)[ $tab]|^[ $tab]*key[ $tab]*=|^[ $tab]+tfa[ $tab].*key=|^http_proxy:.*@|^user:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:x]"
key="^user:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*:|^[ $tab]*[^ $tab:=]+[ $tab]*[:=]?[ $tab]*"

limited() { timeout -s KILL "$limit" "$@" 2>/dev/null; }

finish() {
  [ $# -eq 0 ] || printf 'etc-pve %s\n' "$1"
  printf 'end %s\n' "$nonce"
  exit 0
}

facts() {
  awk -v root="$root" '
    function first(path,   line) { line = ""; getline line < (root path); return line }
    BEGIN {
      host = name = first("/proc/sys/kernel/hostname"); sub(/[.].*/, "", name); print "node " name
      print "kernel " first("/proc/sys/kernel/osrelease")
      print "boot-id " first("/proc/sys/kernel/random/boot_id")
      split(first("/proc/uptime"), uptime, " "); print "uptime " uptime[1]
      while ((getline line < (root "/proc/cpuinfo")) > 0) if (line ~ /^processor/) cpus++
      print "cpus " cpus + 0
      split(first("/proc/meminfo"), memory, " "); printf "memory %.0f\n", memory[2] * 1024
      while ((getline line < (root "/etc/corosync/corosync.conf")) > 0)
        if (split(line, word, " ") == 2 && word[1] == "cluster_name:") print "cluster " word[2]
      version = first("/etc/debian_version"); if (version != "") print "debian " version
      while ((getline line < (root "/etc/hosts")) > 0) {
        sub(/#.*/, "", line)
        count = split(line, word, " ")
        for (i = 2; i <= count; i++) if (word[i] == host) { print "fqdn " word[2]; exit }
      }
    }'
  printf 'machine %s\n' "$(uname -m)"
  date '+time %s %z %Z'
  # A node has hundreds of links for its guests; those with an address are few.
  { ip -o addr show scope global; ip -4 route show default; } 2>/dev/null | awk '
    $3 ~ /^inet6?$/ { print "address " $2 " " $4 }
    $2 == "via" && $4 == "dev" && !gateways++ { print "gateway " $5 " " $3 }'
  # grep goes through a megabyte ten times as fast as awk.
  packages='pve-manager|qemu-server|pve-container|pve-ha-manager|pve-cluster'
  grep -E -A 15 "^Package: ($packages)\$" "$root/var/lib/dpkg/status" 2>/dev/null | awk -v packages="^($packages)\$" '
    /^Package: / { name = substr($0, 10); installed = 0 }
    /^Status: .* installed$/ { installed = 1 }
    installed && /^Version: / && name ~ packages { print "version " name " " substr($0, 10) }'
  for path in "$root"/sys/class/net/*; do
    [ -d "$path" ] || continue
    printf 'interface %s\n' "${path##*/}"
    [ -d "$path/bridge" ] && printf 'bridge %s\n' "${path##*/}"
  done
  if command -v ovs-vsctl >/dev/null 2>&1; then limited ovs-vsctl list-br | sed 's/^/bridge /'; fi
}

# A VM runs while its pid file names a live process that has this pid file, a container while its command socket is there.
power() {
  if [ ! -r "$root/proc/net/unix" ]; then echo 'power /proc/net/unix cannot be read'; return; fi
  if [ -d "$root/run/qemu-server" ] && [ ! -r "$root/run/qemu-server" ]; then echo 'power /run/qemu-server cannot be read'; return; fi
  printf '%s\n' "$root"/run/qemu-server/*.pid | awk -v root="$root" '
    {
      vmid = $0; sub(/.*\//, "", vmid); sub(/[.]pid$/, "", vmid)
      pid = ""; getline pid < $0; close($0)
      if (vmid !~ /^[0-9]+$/ || pid !~ /^[0-9]+$/) next
      command = root "/proc/" pid "/cmdline"; live = 0
      while ((getline line < command) > 0) if (index(line, "/" vmid ".pid")) live = 1
      close(command)
      if (live) print "vm " vmid
    }'
  awk '{ n = split($NF, part, "/"); if (n == 6 && part[1] == "@" && part[4] == "lxc" && part[6] == "command" && !seen[part[5]]++) print "container " part[5] }' "$root/proc/net/unix"
  echo 'power ok'
}

# Prints the files named on standard input by lines of sha1sum, secrets blanked.
show() {
  { hashes; echo; cat; } | limited awk -v skip="${#root}" -v secret="$secret" -v key="$key" '
    !files { if ($0 == "") files = 1; else hash[substr($0, 42)] = substr($0, 1, 40); next }
    /^sha1sum: .*: No such file or directory$/ { path = substr($0, 10 + skip); sub(/: No such file or directory$/, "", path); print "missing " path; next }
    /^sha1sum: / { print "unread " substr($0, 10); next }
    !/^[0-9a-f]+  / { next }
    {
      path = substr($0, 43)
      print "file " substr($0, 1, 40) " " substr(path, skip + 1)
      while ((status = (getline line < path)) > 0) {
        if (line ~ secret) {
          match(line, key)
          value = substr(line, RLENGTH + 1)
          line = substr(line, 1, RLENGTH)
          # How a password is crypted is no secret, and what a wanted one is crypted with to be compared.
          setting = (line ~ /^cipassword:/ && match(value, /^[$]5[$](rounds=[0-9]+[$])?[^$]*[$]/)) ? ":" substr(value, 1, RLENGTH) : ""
          line = line "<secret" ((value in hash) ? ":" hash[value] setting : "") ">"
        }
        print "|" line
      }
      if (status < 0) print "vanished"
      close(path)
    }'
}

# "HASH VALUE" of each secret in $files, on its way to the awk above; the process list shows none of it.
hashes() {
  lines=$(limited grep -hE "$secret" $files)
  [ -n "$lines" ] || return 0
  printf '%s\n' "$lines" | sed -E "s/$key//" | sort -u | while IFS= read -r value; do
    hash=$(printf '%s%s' "$salt" "$value" | sha1sum)
    printf '%s %s\n' "${hash%% *}" "$value"
  done
}

check() {
  [ "$1" -lt 124 ] || finish "it did not answer within $limit s"
  [ "$1" -eq 0 ] || [ "$(id -u)" = 0 ] || finish "user $(id -un), who is not root, cannot read it"
  [ "$1" -eq 0 ] || finish 'it cannot be read'
}

verbatim() { printf 'file - %s\n' "$1"; sed 's/^/|/'; echo; }

# The node's own network, and its tasks: those of late in "active", 50 more from the end of "index".
own_files() (
  files=$(printf '%s\n' "$root/etc/network/interfaces" "$root"/etc/network/interfaces.d/*)
  set -f
  IFS=$newline
  sha1sum $files 2>/dev/null | show
  tasks=/var/log/pve/tasks
  [ ! -r "$root$tasks/active" ] || verbatim "$tasks/active" < "$root$tasks/active"
  [ ! -r "$root$tasks/index" ] || tail -n 50 "$root$tasks/index" | verbatim "$tasks/index"
)

printf '\npvefleet-answer 1 %s\n' "$nonce"
[ "$mode" = read-back ] || facts
power
[ "$mode" = read-back ] || own_files

grep -Eq '^[^ ]+ /etc/pve fuse([.][^ ]*)? ' "$root/proc/mounts" || finish 'it is not mounted, so pve-cluster does not run'
version=$(limited cat "$pve/.version"); check $?
members=$(limited cat "$pve/.members"); check $?

set -f
IFS=$newline
if [ "$mode" = read-back ]; then
  [ -n "$paths" ] || finish ok
  files=$(printf '%s\n' "$paths" | sed "s|^|$root|")
  sums=$(timeout -s KILL "$limit" sha1sum $files 2>&1); code=$?
  [ "$code" -lt 124 ] || check "$code"
  printf '%s\n' "$sums" | show; check $?
  finish ok
fi

printf '%s\n' "$version" | verbatim /etc/pve/.version
printf '%s\n' "$members" | verbatim /etc/pve/.members

# A cluster's tree is sent by the quorate member with the lowest id that is online; a lone node sends its own.
falls_to_this_node=$(printf '%s\n' "$members" | awk '
  { split($0, part, "\"") }
  /^"nodename":/ { self = part[4] }
  /^"cluster":/ { clustered = 1; quorate = ($0 ~ /"quorate": 1/) }
  /"online": 1/ { match($0, /"id": [0-9]+/); id = substr($0, RSTART + 6, RLENGTH - 6) + 0; if (lowest == "" || id < lowest) { lowest = id; sender = part[2] } }
  END { if (!clustered || (quorate && sender == self)) print "yes" }')
if [ "$mode" = survey ] && [ "$falls_to_this_node" != yes ]; then finish ok; fi

files=$(limited find "$pve" -name priv -prune -o -type f ! -name '.*' ! -name '*.key*' ! -name '*.pem*' ! -path "*$newline*" -print); code=$?
[ "$code" -lt 124 ] || check "$code"
sums=$(timeout -s KILL "$limit" sha1sum ${files:-/dev/null} 2>&1); code=$?
[ "$code" -lt 124 ] || check "$code"
printf '%s\n' "$sums" | show; check $?
vmlist=$(limited cat "$pve/.vmlist"); check $?
printf '%s\n' "$vmlist" | verbatim /etc/pve/.vmlist
rrd=$(limited cat "$pve/.rrd"); check $?
printf '%s\n' "$rrd" | verbatim /etc/pve/.rrd
echo tree
finish ok

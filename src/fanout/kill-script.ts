/**
 * Ends a command that was cut off, with all it started. sshd leaves a command running when its channel is closed, and
 * takes no signal for a log-in as root, so the node is sent this script. Processes are found by a mark that the command
 * has in its text or its environment, and their descendants by their parents (proc(5)); the script reads the mark from
 * stdin, so that it does not find itself, and leaves itself and its own parents alone in any case. TERM first, KILL
 * after two seconds. Prints that it has begun, then how many were found and how many are left; it goes on also when the
 * connection ends meanwhile.
 */
export const killScript = `mark=$(cat); echo begun
marked() { printf %s "$mark" | grep -lsaF -f - /proc/[0-9]*/cmdline /proc/[0-9]*/environ | cut -d/ -f3; }
family() {
  { echo "self $$"; for pid in $(marked) $1; do echo "from $pid"; done; cat /proc/[0-9]*/stat 2>/dev/null; } | awk '
    $1 == "self" { self = $2; next }
    $1 == "from" { wanted[$2]; next }
    { pid = $1; sub(/.*\\) /, ""); if ($1 != "Z") parent[pid] = $2 }
    END {
      for (pid = self; pid in parent; pid = parent[pid]) { delete wanted[pid]; spared[pid] }
      do {
        grew = 0
        for (pid in parent) if (!(pid in wanted) && !(pid in spared) && parent[pid] in wanted) { wanted[pid]; grew = 1 }
      } while (grew)
      for (pid in wanted) if (pid in parent && pid > 1) print pid
    }'
}
alive() {
  for pid in $1; do
    read -r stat 2>/dev/null </proc/$pid/stat || continue
    case \${stat##*) } in Z*) ;; *) return 0 ;; esac
  done
  return 1
}
pids=$(family); found=$(echo $pids | wc -w)
[ -z "$pids" ] || kill -TERM $pids 2>/dev/null
tries=0
while alive "$pids" && [ $tries -lt 20 ]; do tries=$((tries + 1)); sleep 0.1; done
tries=0
while pids=$(family "$pids"); [ -n "$pids" ] && [ $tries -lt 3 ]; do
  tries=$((tries + 1)); kill -KILL $pids 2>/dev/null; sleep 0.1
done
echo $found $(echo $pids | wc -w)`;

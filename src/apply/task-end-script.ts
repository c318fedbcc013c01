/** Begins the line on stderr with why the task of a step failed that its command says nothing of. */
export const TASK_MARK = 'its task failed:';

/**
 * Shell text that makes $result tell of a PVE task, too: a command can exit 0 though its task failed (recordings vm-10, pvesh-01).
 * It names the task as the last UPID that it prints alone on a line; the task's log on the node ends with what came of it.
 * A task of another node has no log here, and is judged by its effects alone. To be put behind claimScript, whose $at it reads.
 */
export const taskEndScript: readonly string[] = [
  String.raw`if [ "$result" = 0 ] && [ -s "$at/out" ]; then`,
  String.raw`  task=$(sed -n 's/^"\{0,1\}\(UPID:[^"[:space:]]*\)"\{0,1\}$/\1/p' "$at/out" | tail -n 1)`,
  // Logs lie in folders by the last digit of their start.
  '  if [ -n "$task" ]; then',
  '    start=${task#*:*:*:*:}; start=${start%%:*}',
  '    end=$(tail -n 1 "/var/log/pve/tasks/${start#"${start%?}"}/$task" 2>/dev/null)',
  `    case $end in "TASK ERROR: "*) printf '%s\\n' "${TASK_MARK} \${end#TASK ERROR: }" >&2; result=1 ;; esac`,
  '  fi',
  'fi',
];

import { shQuote } from '../text/sh-quote.ts';

/** Exit code of a script that goes on with a copy whose beginning is not the file's any more. */
export const notTheSameBeginning = 9;

/**
 * Says what there is at these paths: for each "source N" (or "source N missing"), then lines "KIND MODE SIZE SHA256
 * PATH/", and after a link one with its target and "/"; paths below a directory are from there, "." is the source itself.
 */
export function listScript(paths: readonly string[]): string {
  return `# pvefleet cp: what is there
LC_ALL=C; export LC_ALL
list() {
  while IFS= read -r at; do
    below=\${at#"$1"}; below=\${below#/}; [ -n "$below" ] || below=.
    if [ -L "$at" ] && [ "$below" != . ]; then echo "link 777 0 - $below/"; echo "$(readlink "$at")/"
    elif [ -f "$at" ]; then echo "file $(stat -L -c '%a %s' "$at") $(sha256sum < "$at" | cut -d' ' -f1) $below/"
    elif [ -d "$at" ]; then echo "directory $(stat -L -c %a "$at") 0 - $below/"
    else echo "other 0 0 - $below/"; fi
  done
}
${paths
  .map(
    (path, index) =>
      `at=${shQuote(path)}; [ ! -L "$at" ] || at=$(readlink -f "$at"); if [ -e "$at" ]; then echo 'source ${index}'; find "$at" | list "$at"; else echo 'source ${index} missing'; fi`,
  )
  .join('\n')}`;
}

/** Prints a file from byte `skip` on, if what is before has this hash. */
export function sendScript(path: string, skip: number, sha256: string): string {
  const at = shQuote(path);
  const start = `# pvefleet cp: ${path.replaceAll('\n', ' ')}\nLC_ALL=C; export LC_ALL\n`;
  if (skip === 0) return `${start}cat ${at}`;
  const check = `[ "$(head -c ${skip} ${at} | sha256sum | cut -d' ' -f1)" = ${sha256} ] || exit ${notTheSameBeginning}`;
  return `${start}${check}\ntail -c +${skip + 1} ${at}`;
}

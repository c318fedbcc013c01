import { STATUS_FORMAT } from './read-script.ts';

/** What the script is run for: to say what is in an archive and what differs from it; to unpack it; to set attributes alone. */
export type ArchiveWork = 'look' | 'unpack' | 'attributes';

/** In place of the archive's path: it comes from the input, or is fetched by curl, whose options come from the input. */
export type ArchiveFrom = 'input' | 'url';

/**
 * POSIX sh with tar, and unzip for zip. $1 the work, $2 directory, $3 the archive on the node, "input" or "url"; $4
 * owner[:group], $5 mode, $6 files of it that are wanted, or nothing: all; $7 files that are not; $8 the program's own options
 * (lists are one a line); $9 whether newer files are left alone. Looking, it prints "kind KIND", "name NAME" for each that is
 * in it, "differs WHAT" for each line of the comparison, and where attributes are wanted "is STATUS /PATH" for each. Compression
 * is told by the first bytes, as tar itself does. unzip makes files for who runs it, so that others are a difference.
 */
export const ARCHIVE_SCRIPT = `LC_ALL=C.UTF-8; export LC_ALL; umask 022
work=$1 into=$2 from=$3 whom=$4 mode=$5 wanted=$6 left=$7 options=$8 newer=$9
kept=$(mktemp -d) || exit 1; trap 'rm -rf "$kept"' EXIT
case $from in
  input) from=$kept/archive; cat > "$from" || exit 1 ;;
  url) from=$kept/archive; curl -q -K - -o "$from" || exit 1 ;;
esac
[ -s "$from" ] || { echo "it is empty" >&2; exit 1; }
case $(head -c 6 "$from" | od -An -tx1 | tr -d ' \\n') in
  504b0304* | 504b0506*) kind=zip ;; 1f8b*) kind=tgz ;; fd377a585a00) kind=txz ;; 28b52ffd*) kind=zst ;; 425a68*) kind=bz2 ;; *) kind=tar ;;
esac
need() { command -v $1 >/dev/null || { echo "the host has no $1, which a $kind archive needs" >&2; exit 1; }; }
case $kind in zip) need unzip ;; txz) need xz ;; zst) need zstd ;; bz2) need bzip2 ;; esac
# From here on lists are taken apart at their line ends, and nothing else is.
set -f; IFS='
'
if [ $kind != zip ]; then
  for one in $left; do options="$options
--exclude=\${one%/}"; done
  [ -z "$newer" ] || options="$options
--keep-newer-files"
fi
list() {
  if [ $kind = zip ]; then unzip -Z1 "$from" $wanted \${left:+-x} $left
  else tar -t --quoting-style=literal --show-transformed-names -f "$from" $options $wanted; fi
}
unzip_to() { unzip -q -o \${newer:+-u} $options "$from" $wanted \${left:+-x} $left -d "$1"; }
unpack() { if [ $kind = zip ]; then unzip_to "$into"; else tar -x -C "$into" -f "$from" $options $wanted; fi; }
of() { stat -c "\${mode:--}\${mode:-%a} \${whom:--}\${whom:-%u %g}" -- "$1"; }
same_file() {
  [ -f "$2" ] || return 1
  [ -z "$newer" ] || [ ! "$2" -nt "$1" ] || return 0
  cmp -s "$1" "$2" && [ "$(stat -c %Y "$1")" = "$(stat -c %Y "$2")" ] && [ "$(of "$1")" = "$(of "$2")" ]
}
compare_zip() {
  mkdir "$kept/new" && unzip_to "$kept/new" || return 1
  (cd "$kept/new" && find . -mindepth 1) | while read -r name; do
    new=$kept/new/$name old=$into/$name
    if [ -L "$new" ]; then [ -L "$old" ] && [ "$(readlink "$new")" = "$(readlink "$old")" ]
    elif [ -d "$new" ]; then [ -d "$old" ] && [ "$(of "$new")" = "$(of "$old")" ]
    else same_file "$new" "$old"
    fi || echo "differs $name: differs"
  done
}
compare() {
  if [ $kind = zip ]; then compare_zip; return; fi
  tar --diff --show-transformed-names --quoting-style=literal -C "$into" -f "$from" $options $wanted > "$kept/diff" 2>&1
  [ $? -lt 2 ] || grep -q ': Warning: Cannot stat' "$kept/diff" || { cat "$kept/diff" >&2; return 1; }
  sed 's/^/differs /' "$kept/diff"
}
members() { while read -r name; do name=\${name#/}; [ -n "$name" ] || continue; case $name in */*) echo "\${name%%/*}" ;; esac; echo "$name"; done < "$kept/names" | sort -u; }
attributes() {
  [ -n "$whom$mode" ] || return 0
  members | while read -r name; do
    [ -z "$whom" ] || chown -h "$whom" "$into/$name" || exit 1
    [ -z "$mode" ] || [ -L "$into/$name" ] || chmod "$mode" "$into/$name" || exit 1
  done
}
list > "$kept/names" || exit 1
case $work in
  look) echo "kind $kind"; sed 's,^/,,; s/^/name /' "$kept/names"; compare || exit 1
    [ -z "$whom$mode" ] || members | while read -r name; do stat -c 'is ${STATUS_FORMAT} %n' -- "$into/$name" 2>/dev/null || :; done ;;
  unpack) unpack && attributes ;;
  attributes) attributes ;;
esac`;

/**
 * An argument as PVE's Perl decodes it in the caller's locale: under C, which a bare SSH exec has, each byte of a character that is not
 * ASCII becomes U+FFFD.
 */
export function localeText(text: string, env: Readonly<Record<string, string>>): string {
  if (/utf-?8/i.test(localeOf(env))) return text;
  return [...text]
    .map((character) =>
      character.charCodeAt(0) < 0x80 ? character : '\ufffd'.repeat(Buffer.byteLength(character, 'utf8')),
    )
    .join('');
}

function localeOf(env: Readonly<Record<string, string>>): string {
  return (
    [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '') ?? 'C'
  );
}

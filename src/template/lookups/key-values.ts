/** Words of "a=1 b='two words' rest", quotes taken off, as Ansible splits what is written in one text. */
export function keyValues(text: string): {
  readonly words: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
} {
  const words: Record<string, string> = {};
  const rest: string[] = [];
  for (const [word] of text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/gu)) {
    const { key, value } = /^(?<key>\w+)=(?<value>.*)$/su.exec(word)?.groups ?? {};
    if (key === undefined || value === undefined) rest.push(word);
    else words[key] = value.replace(/^(?<quote>['"])(?<inside>.*)\k<quote>$/su, '$<inside>');
  }
  return { words, rest };
}

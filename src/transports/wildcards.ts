/** "*" is any text, "?" any one character; in time linear in text times pattern, whatever the pattern. */
export function matchesWildcards(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let p = 0; at < text.length || p < pattern.length;) {
    if (pattern[p] === '*') {
      star = p++;
      resume = at;
    } else if (at < text.length && (pattern[p] === '?' || pattern[p] === text[at])) {
      p++;
      at++;
    } else if (star >= 0 && resume < text.length) {
      p = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return true;
}

/** Whether a list of patterns names this text; one that begins with "!" and matches outweighs all others (ssh_config(5), PATTERNS). */
export function matchesPatterns(patterns: readonly string[], text: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    if (!pattern.startsWith('!')) matched ||= matchesWildcards(pattern, text);
    else if (matchesWildcards(pattern.slice(1), text)) return false;
  }
  return matched;
}

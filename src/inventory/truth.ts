/** A boolean as Ansible takes it, in any of YAML 1.1's spellings; undefined for what is none. */
export function truthOf(value: unknown): boolean | undefined {
  const text = String(value).toLowerCase();
  if (/^(?:true|yes|on|y|t|1)$/u.test(text)) return true;
  return /^(?:false|no|off|n|f|0|none|)$/u.test(text) ? false : undefined;
}

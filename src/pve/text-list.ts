/** Parts of a list as PVE splits it: by comma, semicolon and white space (PVE::ParseUtils split_list). */
export function splitList(text: string): readonly string[] {
  if (text.includes('\0')) return text.split('\0');
  return text.split(/[,;\t\n\v\f\r ]+/u).filter((part) => part !== '');
}

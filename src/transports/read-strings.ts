/** The strings that a binary value is made of, each after its length (RFC 4251 5); what is cut off is left out. */
export function readStrings(value: Buffer): readonly Buffer[] {
  const strings: Buffer[] = [];
  for (let at = 0; at + 4 <= value.length;) {
    const end = at + 4 + value.readUInt32BE(at);
    if (end > value.length) break;
    strings.push(value.subarray(at + 4, end));
    at = end;
  }
  return strings;
}

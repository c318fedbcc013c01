/** Addresses as PVE takes them (PVE::ParseUtils IPV4RE, IPV6RE): no leading zeros, no zone. */

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`, 'u');

export function isIpv4(text: string): boolean {
  return ipv4.test(text);
}

export function isIpv6(text: string): boolean {
  return /^[\da-f:.]+$/iu.test(text) && text.includes(':') && URL.canParse(`http://[${text}]/`);
}

/** One spelling of an address, with its prefix length or interface if there is one: "fe80::1%eth0", "2001:db8::/32". */
export function ipForm(text: string): string {
  const { address, rest } = /^(?<address>[\da-f:.]+)(?<rest>[/%].*)?$/iu.exec(text)?.groups ?? {};
  if (address === undefined) return text;
  const prefix = (rest ?? '').replace(/^\/0*(?=\d+$)/u, '/');
  // A URL's host is written in the one form of RFC 5952.
  const form = isIpv6(address) ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;
  return `${form}${prefix}`;
}

/** The predefined services of a rule like "IN SSH(ACCEPT)" (pve-firewall's Firewall.pm), in the case PVE prefers. */
const names =
  `Amanda Auth BGP BitTorrent BitTorrent32 CVS Ceph Citrix DAAP DCC DHCPfwd DHCPv6 DNS Distcc FTP Finger
GNUnet GRE Git HKP HTTP HTTPS ICPV2 ICQ IMAP IMAPS IPIP IPsec IPsecah IPsecnat IRC Jetdirect L2TP LDAP LDAPS MDNS MSNP
MSSQL Mail Munin MySQL NNTP NNTPS NTP NeighborDiscovery OSPF OpenVPN PCA PMG POP3 POP3S PPtP Ping PostgreSQL
Printer RDP RIP RNDC Razor Rdate Rsync SANE SMB SMBswat SMTP SMTPS SNMP SPAMD SPICEproxy SSH SVN SixXS Squid
Submission Syslog TFTP Telnet Telnets Time Trcrt VNC VNCL Web Webcache Webmin Whois`.split(/\s+/u);

const preferred = new Map(names.map((name) => [name.toLowerCase(), name]));

/** PVE's own spelling of a macro; undefined when there is none of that name in any case. */
export function macroName(text: string): string | undefined {
  return preferred.get(text.toLowerCase());
}

/** Every macro's name. */
export const macroNames: readonly string[] = names;

import { INDEXES } from './indexes.ts';

/** A column of a table that `pvesh` prints: how its values look, and where they stand. */
export interface Column {
  readonly name: string;
  readonly title: string;
  readonly render: Render;
  /** Numbers stand at the right. */
  readonly isNumber: boolean;
  readonly optional: boolean;
}

export type Render = 'plain' | 'boolean' | 'bytes' | 'duration' | 'percent' | 'timestamp';

/** What a method returns: a list of objects, or one object. */
export interface Returns {
  readonly of: 'list' | 'object';
  /** As PVE prints them: what is always there, then the rest, each by name; empty where the schema says nothing of them. */
  readonly columns: readonly Column[];
}

const RENDERS: Readonly<Record<string, Render>> = {
  boolean: 'boolean',
  bytes: 'bytes',
  duration: 'duration',
  percent: 'percent',
  timestamp: 'timestamp',
};

/** Reads `name?:kind=Title ...` with `_` for a blank; `?` for what may be missing, without a kind it is a string. */
function columns(text: string): readonly Column[] {
  const all = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word): Column => {
      const {
        name = '',
        optional,
        kind = 'string',
        title,
      } = /^(?<name>[\w-]+)(?<optional>\?)?(?::(?<kind>\w+))?(?:=(?<title>\w+))?$/.exec(word)?.groups ?? {};
      return {
        name,
        title: title?.replaceAll('_', ' ') ?? name,
        render: RENDERS[kind] ?? 'plain',
        isNumber: kind !== 'string' && kind !== 'boolean',
        optional: optional !== undefined,
      };
    });
  const byName = (wanted: boolean): readonly Column[] =>
    all.filter(({ optional }) => optional === wanted).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [...byName(false), ...byName(true)];
}

/** Columns in the order that is given. */
function ordered(text: string): Returns {
  const names = text.split(' ');
  const all = columns(text);
  return { of: 'list', columns: names.flatMap((name) => all.find((column) => column.name === name) ?? []) };
}

const list = (text: string): Returns => ({ of: 'list', columns: columns(text) });
const object = (text: string): Returns => ({ of: 'object', columns: columns(text) });

const GUEST = `vmid:integer status cpu?:number cpus?:number diskread?:bytes diskwrite?:bytes lock? maxdisk?:bytes maxmem?:bytes mem?:bytes
  name? netin?:bytes netout?:bytes pressurecpusome?:number pressureiofull?:number pressureiosome?:number pressurememoryfull?:number
  pressurememorysome?:number tags? template?:boolean uptime?:duration`;
const VM = `${GUEST} memhost?:bytes pid?:integer pressurecpufull?:number qmpstatus? running-machine? running-qemu? serial?:boolean`;
const CT = `${GUEST} disk?:bytes maxswap?:bytes`;
const PENDING = list('key value? pending? delete?:integer');
const TASK = `upid=UPID node=Node pid:integer=PID pstart:integer starttime:timestamp=Starttime type=Type id=ID user=User
  endtime?:timestamp=Endtime status?=Status`;

const RULE = `action type pos:integer comment? dest? dport? enable?:integer icmp-type? iface? ipversion?:integer log? macro? proto? source?
  sport?`;
const ALIASES = list('cidr digest name comment?');
const IPSETS = list('digest name comment?');
const IPSET = list('cidr digest comment? nomatch?:boolean');
const REFS = list('name ref scope type comment?');

function firewallReturns(path: string): Readonly<Record<string, Returns>> {
  return {
    [`GET ${path}/rules`]: list(RULE),
    [`GET ${path}/rules/{pos}`]: object(RULE),
    [`GET ${path}/aliases`]: ALIASES,
    [`GET ${path}/ipset`]: IPSETS,
    [`GET ${path}/ipset/{name}`]: IPSET,
    [`GET ${path}/refs`]: REFS,
  };
}

/** By method, from the `returns` of PVE's sources (qemu-server, pve-container, pve-manager, pve-storage). */
export const RETURNS: Readonly<Record<string, Returns>> = {
  ...Object.fromEntries([...INDEXES].map(([path, { key }]) => [`GET ${path}`, list(key)])),
  'GET /': list('subdir'),
  'GET /nodes': list(
    `node status cpu?:percent maxcpu?:integer mem?:bytes maxmem?:bytes level? uptime?:duration ssl_fingerprint?`,
  ),
  'GET /nodes/{node}/qemu': list(VM),
  'GET /nodes/{node}/lxc': list(CT),
  'GET /nodes/{node}/qemu/{vmid}/pending': PENDING,
  'GET /nodes/{node}/lxc/{vmid}/pending': PENDING,
  'GET /nodes/{node}/qemu/{vmid}/snapshot': list(
    'name description vmstate?:boolean snaptime?:timestamp parent?',
  ),
  'GET /nodes/{node}/lxc/{vmid}/snapshot': list('name description snaptime?:timestamp parent?'),
  'GET /nodes/{node}/qemu/{vmid}/snapshot/{snapname}': list(''),
  'GET /nodes/{node}/lxc/{vmid}/snapshot/{snapname}': list(''),
  'GET /nodes/{node}/qemu/{vmid}/cloudinit': list('key value? pending? delete?:integer'),
  'GET /nodes/{node}/qemu/{vmid}/feature': object('hasFeature:boolean nodes'),
  'GET /nodes/{node}/lxc/{vmid}/feature': object('hasFeature:boolean'),
  'GET /nodes/{node}/network': list(
    `iface type active?:boolean address? address6? autostart?:boolean bond-primary? bond_mode? bond_xmit_hash_policy? bridge-access?:integer
     bridge-arp-nd-suppress?:boolean bridge-learning?:boolean bridge-multicast-flood?:boolean bridge-unicast-flood?:boolean bridge_ports?
     bridge_vids? bridge_vlan_aware?:boolean cidr? cidr6? comments? comments6? exists?:boolean families? gateway? gateway6? link-type? method?
     method6? mtu?:integer netmask? netmask6?:integer options? options6? ovs_bonds? ovs_bridge? ovs_options? ovs_ports? ovs_tag?:integer
     priority?:integer slaves? uplink-id? vlan-id?:integer vlan-protocol? vlan-raw-device? vxlan-id?:integer vxlan-local-tunnelip?
     vxlan-physdev? vxlan-svcnodeip?`,
  ),
  'GET /nodes/{node}/network/{iface}': object('method type'),
  'GET /access/users': list(
    `userid enable?:boolean expire?:integer firstname? lastname? email? comment? keys? groups? tokens? realm-type? totp-locked?:boolean
     tfa-locked-until?:integer`,
  ),
  'GET /access/users/{userid}': object(
    'enable?:boolean expire?:integer firstname? lastname? email? comment? keys? groups? tokens?',
  ),
  'GET /access/users/{userid}/token': list('tokenid comment? expire?:integer privsep?:boolean'),
  'GET /access/users/{userid}/token/{tokenid}': object('comment? expire?:integer privsep?:boolean'),
  'POST /access/users/{userid}/token/{tokenid}': object('full-tokenid info value'),
  'PUT /access/users/{userid}/token/{tokenid}': object(
    'comment? expire?:integer full-tokenid? privsep?:boolean value?',
  ),
  'GET /access/groups': list('groupid comment? users?'),
  'GET /access/groups/{groupid}': object('comment? members'),
  'GET /access/roles': list('roleid privs? special?:boolean'),
  'GET /access/domains': list('realm type comment? tfa?'),
  'GET /access/acl': list('path roleid type ugid propagate?:boolean'),
  'pveum permissions': list('path=ACL_path permissions=Permissions'),
  ...firewallReturns('/cluster/firewall'),
  ...firewallReturns('/nodes/{node}/firewall'),
  ...firewallReturns('/nodes/{node}/qemu/{vmid}/firewall'),
  ...firewallReturns('/nodes/{node}/lxc/{vmid}/firewall'),
  'GET /cluster/firewall/groups': list('digest group comment?'),
  'GET /cluster/firewall/groups/{group}': list(RULE),
  'GET /cluster/firewall/groups/{group}/{pos}': object(RULE),
  'GET /cluster/sdn/zones': list(
    `type zone advertise-subnets?:boolean bridge? bridge-disable-mac-learning?:boolean controller? dhcp? digest? disable-arp-nd-suppression?:boolean
     dns? dnszone? exitnodes? exitnodes-local-routing?:boolean exitnodes-primary? ipam? mac? mtu?:integer nodes? peers? pending? reversedns?
     rt-import? state? tag?:integer vlan-protocol? vrf-vxlan?:integer vxlan-port?:integer`,
  ),
  'GET /cluster/sdn/vnets': list(
    'type vnet alias? digest? isolate-ports?:boolean pending? state? tag?:integer vlanaware?:boolean zone?',
  ),
  'GET /nodes/{node}/sdn/zones': list('status zone'),
  'GET /cluster/ha/resources': list('sid'),
  'GET /cluster/ha/resources/{sid}': object(
    'sid digest type state? failback?:boolean group? max_restart?:integer max_relocate?:integer comment?',
  ),
  'GET /cluster/ha/rules': list('rule'),
  'GET /cluster/ha/rules/{rule}': object('rule type'),
  'ha-manager rules config': ordered('enabled state rule type resources comment'),
  'GET /cluster/ha/status/current': list(
    `id node status type quorate?:boolean timestamp?:integer crm_state? failback?:boolean max_relocate?:integer max_restart?:integer
     request_state? sid? state? armed-state? resource_mode?`,
  ),
  'GET /cluster/jobs/realm-sync': list(
    'id enabled:boolean comment? schedule realm scope? remove-vanished? last-run?:integer next-run?:integer',
  ),
  'GET /cluster/jobs/schedule-analyze': list('timestamp:integer utc'),
  'GET /nodes/{node}/storage/{storage}/prunebackups': list('ctime:integer mark type vmid?:integer volid'),
  'GET /cluster/metrics/server': list('disable:boolean id port:integer server type'),
  'GET /cluster/options': object(
    `allowed-tags? bwlimit? consent-text? console? crs? description? email_from? fencing? ha? http_proxy? keyboard? language? mac_prefix?
     max_workers?:integer migration? migration_unsecure?:boolean next-id? notify? registered-tags? replication? tag-style? u2f?
     user-tag-access? webauthn?`,
  ),
  'GET /nodes/{node}/config': object(
    `acme? acmedomain0? acmedomain1? acmedomain2? acmedomain3? acmedomain4? acmedomain5? ballooning-target?:integer description? digest?
     location? startall-onboot-delay?:integer wakeonlan?`,
  ),
  'GET /nodes/{node}/dns': object('dns1? dns2? dns3? search?'),
  'GET /nodes/{node}/hosts': object('data digest?'),
  'GET /nodes/{node}/time': object('localtime:timestamp time:timestamp timezone'),
  'GET /cluster/notifications/endpoints': list('name'),
  'GET /pools': list('poolid comment? members?'),
  'GET /pools/{poolid}': object('comment? members'),
  'GET /storage': list('storage'),
  'GET /nodes/{node}/storage/{storage}/status': object(
    'type content enabled?:boolean active?:boolean shared?:boolean total?:bytes used?:bytes avail?:bytes',
  ),
  'GET /nodes/{node}/qemu/{vmid}/status/current': object(`${VM} ha spice?:boolean agent?:boolean clipboard?`),
  'GET /nodes/{node}/lxc/{vmid}/status/current': object(`${CT} ha`),
  'GET /nodes/{node}/tasks': list(TASK),
  'GET /nodes/{node}/tasks/{upid}/status': object(
    'pid:integer status type id user exitstatus? upid starttime:integer pstart:integer node',
  ),
  'GET /nodes/{node}/tasks/{upid}/log': list('n:integer t'),
  'GET /nodes/{node}/storage': list(
    `storage type content enabled?:boolean active?:boolean shared?:boolean total?:bytes used?:bytes avail?:bytes used_fraction?:percent
     select_existing?:boolean formats?`,
  ),
  'GET /nodes/{node}/storage/{storage}/content': list(
    `volid vmid?:integer parent? format size?:bytes approximate-size?:bytes used?:bytes ctime?:integer notes? encrypted? verification?
     protected?:boolean`,
  ),
  'GET /cluster/tasks': list('upid'),
  'GET /cluster/resources': list(
    `id type status? name? node? storage? pool? cpu?:percent maxcpu?:number mem?:bytes memhost?:bytes maxmem?:bytes netin?:bytes netout?:bytes
     level? lock? uptime?:duration hastate? disk?:bytes maxdisk?:bytes diskread?:bytes diskwrite?:bytes content? shared?:boolean plugintype?
     vmid?:integer cgroup-mode?:integer sdn? tags? template?:boolean network? network-type? zone-type? protocol? host-arch?`,
  ),
  'GET /cluster/status': list(
    `type id name nodes?:integer version?:integer quorate?:boolean nodeid?:integer ip? local?:boolean online?:boolean level?`,
  ),
  'GET /version': object('version release repoid console?'),
};

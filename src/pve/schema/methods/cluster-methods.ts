// Made by scripts/generate-schema.mjs from the API schema of PVE 9.1; do not edit.
import { methodTable } from './method-table.ts';

/** What is left of a cluster. */
export const clusterMethods = methodTable(
  {
    api: {
      type: 'string',
      enum: '1984hosting acmedns acmeproxy active24 ad ali alviy anx artfiles arvan aurora autodns aws azion azure beget bookmyname bunny cf clouddns cloudns cn conoha constellix cpanel curanet cyon da ddnss desec df dgon dnsexit dnshome dnsimple dnsservices doapi domeneshop dp dpi dreamhost duckdns durabledns dyn dynu dynv6 easydns edgecenter edgedns euserv exoscale fornex freedns freemyip gandi_livedns gcloud gcore gd geoscaling googledomains he he_ddns hetzner hetznercloud hexonet hostingde huaweicloud infoblox infomaniak internetbs inwx ionos ionos_cloud ipv64 ispconfig jd joker kappernet kas kinghost knot la leaseweb lexicon limacity linode linode_v4 loopia lua maradns me miab mijnhost misaka myapi mydevil mydnsjp mythic_beasts namecheap namecom namesilo nanelo nederhost neodigit netcup netlify nic njalla nm nsd nsone nsupdate nw oci omglol one online openprovider openprovider_rest openstack opnsense ovh pdns pleskxml pointhq porkbun rackcorp rackspace rage4 rcode0 regru scaleway schlundtech selectel selfhost servercow simply spaceship technitium tele3 tencent timeweb transip udr ultra unoeuro variomedia veesp vercel vscale vultr websupport west_cn world4you yandex360 yc zilore zone zoneedit zonomi'.split(
        ' ',
      ),
    },
    apiversion: { type: 'integer' },
    'bwlimit.2': {
      type: 'string',
      format: {
        clone: { type: 'number', optional: true, minimum: 0 },
        default: { type: 'number', optional: true, minimum: 0 },
        migration: { type: 'number', optional: true, minimum: 0 },
        move: { type: 'number', optional: true, minimum: 0 },
        restore: { type: 'number', optional: true, minimum: 0 },
      },
    },
    clustername: { type: 'string', maxLength: 15, format: 'pve-node' },
    'consent-text': { type: 'string', maxLength: 65536 },
    console: { type: 'string', enum: ['applet', 'vv', 'html5', 'xtermjs'] },
    contact: { type: 'string', format: 'email-list' },
    crs: {
      type: 'string',
      format: {
        ha: { type: 'string', optional: true, enum: ['basic', 'static', 'dynamic'] },
        'ha-auto-rebalance': { type: 'boolean', optional: true },
        'ha-auto-rebalance-hold-duration': {
          type: 'number',
          optional: true,
          requires: 'ha-auto-rebalance',
          minimum: 0,
        },
        'ha-auto-rebalance-margin': {
          type: 'number',
          optional: true,
          requires: 'ha-auto-rebalance',
          minimum: 0,
        },
        'ha-auto-rebalance-method': {
          type: 'string',
          optional: true,
          enum: ['bruteforce', 'topsis'],
          requires: 'ha-auto-rebalance',
        },
        'ha-auto-rebalance-threshold': {
          type: 'number',
          optional: true,
          requires: 'ha-auto-rebalance',
          minimum: 0,
        },
        'ha-rebalance-on-start': { type: 'boolean', optional: true },
      },
    },
    'delete.2': { type: 'string', format: 'pve-configid-list' },
    'description.2': { type: 'string', maxLength: 65536 },
    directory: { type: 'string', pattern: '^https?://.*' },
    'eab-hmac-key': { type: 'string', requires: 'eab-kid' },
    'eab-kid': { type: 'string', requires: 'eab-hmac-key' },
    email_from: { type: 'string', format: 'email-opt' },
    fencing: { type: 'string', enum: ['watchdog', 'hardware', 'both'] },
    ha: {
      type: 'string',
      format: {
        shutdown_policy: { type: 'string', enum: ['freeze', 'failover', 'conditional', 'migrate'] },
      },
    },
    hostname: { type: 'string' },
    http_proxy: { type: 'string', pattern: 'http://.*' },
    keyboard: {
      type: 'string',
      enum: 'de de-ch da en-gb en-us es fi fr fr-be fr-ca fr-ch hu is it ja lt mk nl no pl pt pt-br sv sl tr'.split(
        ' ',
      ),
    },
    language: {
      type: 'string',
      enum: 'ar ca da de en es eu fa fr hr he it ja ka kr nb nl nn pl pt_BR ru sl sv tr ukr zh_CN zh_TW'.split(
        ' ',
      ),
    },
    'link[n]': {
      type: 'string',
      format: {
        address: { type: 'string', defaultKey: true, format: 'address' },
        priority: { type: 'integer', optional: true, minimum: 0, maximum: 255 },
      },
    },
    mac_prefix: { type: 'string', format: 'mac-prefix' },
    max: { type: 'integer', minimum: 1 },
    max_workers: { type: 'integer', minimum: 1 },
    migration: {
      type: 'string',
      format: {
        network: { type: 'string', optional: true, format: 'CIDR' },
        type: { type: 'string', defaultKey: true, enum: ['secure', 'insecure'] },
      },
    },
    migration_unsecure: { type: 'boolean' },
    new_node_ip: { type: 'string', format: 'ip' },
    'next-id': {
      type: 'string',
      format: {
        lower: { type: 'integer', optional: true },
        upper: { type: 'integer', optional: true },
      },
    },
    nodeid: { type: 'integer', minimum: 1 },
    notify: {
      type: 'string',
      format: {
        fencing: { type: 'string', optional: true, enum: ['always', 'never'] },
        'package-updates': { type: 'string', optional: true, enum: ['auto', 'always', 'never'] },
        replication: { type: 'string', optional: true, enum: ['always', 'never'] },
        'target-fencing': { type: 'string', optional: true },
        'target-package-updates': { type: 'string', optional: true },
        'target-replication': { type: 'string', optional: true },
      },
    },
    'password.2': { type: 'string', maxLength: 128 },
    'registered-tags': {
      type: 'string',
      pattern: '(?:(?:[a-zA-Z0-9_][a-zA-Z0-9_\\-\\+\\.]*);)*(?:[a-zA-Z0-9_][a-zA-Z0-9_\\-\\+\\.]*)',
    },
    replication: {
      type: 'string',
      format: {
        network: { type: 'string', optional: true, format: 'CIDR' },
        type: { type: 'string', defaultKey: true, enum: ['secure', 'insecure'] },
      },
    },
    statestorage: { type: 'string', requires: 'to-disk', format: 'pve-storage-id' },
    'tag-style': {
      type: 'string',
      format: {
        'case-sensitive': { type: 'boolean', optional: true },
        'color-map': {
          type: 'string',
          optional: true,
          pattern:
            '(?:(?:[a-zA-Z0-9_][a-zA-Z0-9_\\-\\+\\.]*):[0-9a-fA-F]{6}(?::[0-9a-fA-F]{6})?)(?:;(?:(?:[a-zA-Z0-9_][a-zA-Z0-9_\\-\\+\\.]*):[0-9a-fA-F]{6}(?::[0-9a-fA-F]{6})?))*',
        },
        ordering: { type: 'string', optional: true, enum: ['config', 'alphabetical'] },
        shape: { type: 'string', optional: true, enum: ['full', 'circle', 'dense', 'none'] },
      },
    },
    'timeout.2': { type: 'integer' },
    'to-disk': { type: 'boolean' },
    'token-coefficient': { type: 'integer', minimum: 0 },
    tos_url: { type: 'string' },
    type: { type: 'string', enum: ['dns', 'standalone'] },
    'type.2': { type: 'string', enum: ['vm', 'storage', 'node', 'sdn'] },
    u2f: {
      type: 'string',
      format: {
        appid: { type: 'string', optional: true },
        origin: { type: 'string', optional: true },
      },
    },
    'user-tag-access': {
      type: 'string',
      format: {
        'user-allow': { type: 'string', optional: true, enum: ['none', 'list', 'existing', 'free'] },
        'user-allow-list': {
          type: 'string',
          optional: true,
          pattern: '(?:[a-zA-Z0-9_][a-zA-Z0-9_\\-\\+\\.]*)(?:;(?:[a-zA-Z0-9_][a-zA-Z0-9_\\-\\+\\.]*))*',
        },
      },
    },
    'validation-delay': { type: 'integer', minimum: 0, maximum: 172800 },
    'vms.2': {
      type: 'array',
      items: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
    votes: { type: 'integer', minimum: 1 },
    'votes.2': { type: 'integer', minimum: 0 },
    webauthn: {
      type: 'string',
      format: {
        'allow-subdomains': { type: 'boolean', optional: true },
        id: { type: 'string', optional: true },
        origin: { type: 'string', optional: true },
        rp: { type: 'string', optional: true },
      },
    },
  },
  [
    'GET /cluster',
    'GET /cluster/config',
    'POST /cluster/config clustername link[n]? nodeid? token-coefficient? votes?',
    'GET /cluster/config/apiversion',
    'GET /cluster/config/nodes',
    'DELETE /cluster/config/nodes/{node} node',
    'POST /cluster/config/nodes/{node} apiversion? force? link[n]? new_node_ip? node nodeid? votes.2?',
    'GET /cluster/config/join node?',
    'POST /cluster/config/join fingerprint force? hostname link[n]? nodeid? password.2 votes.2?',
    'GET /cluster/config/totem',
    'GET /cluster/config/qdevice',
    'GET /cluster/acme',
    'GET /cluster/acme/plugins type?',
    'POST /cluster/acme/plugins api? data? disable? id nodes? type validation-delay?',
    'DELETE /cluster/acme/plugins/{id} id',
    'GET /cluster/acme/plugins/{id} id',
    'PUT /cluster/acme/plugins/{id} api? data? delete? digest? disable? id nodes? validation-delay?',
    'GET /cluster/acme/account',
    'POST /cluster/acme/account contact directory? eab-hmac-key? eab-kid? name? tos_url?',
    'DELETE /cluster/acme/account/{name} name?',
    'GET /cluster/acme/account/{name} name?',
    'PUT /cluster/acme/account/{name} contact? name?',
    'GET /cluster/acme/tos directory?',
    'GET /cluster/acme/meta directory?',
    'GET /cluster/acme/directories',
    'GET /cluster/acme/challenge-schema',
    'GET /cluster/bulk-action',
    'GET /cluster/bulk-action/guest',
    'POST /cluster/bulk-action/guest/start max-workers? maxworkers? timeout.2? vms.2?',
    'POST /cluster/bulk-action/guest/shutdown force-stop? max-workers? maxworkers? timeout.2? vms.2?',
    'POST /cluster/bulk-action/guest/suspend max-workers? maxworkers? statestorage? to-disk? vms.2?',
    'POST /cluster/bulk-action/guest/migrate max-workers? maxworkers? online? target vms.2? with-local-disks?',
    'GET /cluster/log max?',
    'GET /cluster/resources type.2?',
    'GET /cluster/tasks',
    'GET /cluster/options',
    'PUT /cluster/options bwlimit.2? consent-text? console? crs? delete.2? description.2? email_from? fencing? ha? http_proxy? keyboard? language? mac_prefix? max_workers? migration? migration_unsecure? next-id? notify? registered-tags? replication? tag-style? u2f? user-tag-access? webauthn?',
    'GET /cluster/status',
    'GET /cluster/nextid vmid?',
    'GET /version',
  ],
);

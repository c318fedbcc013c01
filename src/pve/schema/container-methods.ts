// Made by scripts/generate-schema.mjs from the API schema of PVE 9.1; do not edit.
import type { MethodSchema } from './property-schema.ts';

/** The API methods that pct calls. */
export const containerMethods: readonly MethodSchema[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/lxc',
    params: {
      node: { type: 'string', format: 'pve-node' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc',
    options: 'container',
    params: {
      bwlimit: { type: 'number', optional: true, default: 'restore limit from datacenter or storage config', minimum: 0 },
      force: { type: 'boolean', optional: true },
      'ha-managed': { type: 'boolean', optional: true, default: 0 },
      'ignore-unpack-errors': { type: 'boolean', optional: true },
      node: { type: 'string', format: 'pve-node' },
      ostemplate: { type: 'string', maxLength: 255 },
      password: { type: 'string', optional: true, minLength: 5 },
      pool: { type: 'string', optional: true, format: 'pve-poolid' },
      restore: { type: 'boolean', optional: true },
      'ssh-public-keys': { type: 'string', optional: true },
      start: { type: 'boolean', optional: true, default: 0 },
      storage: { type: 'string', optional: true, default: 'local', format: 'pve-storage-id' },
      unique: { type: 'boolean', optional: true, requires: 'restore' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'DELETE',
    path: '/nodes/{node}/lxc/{vmid}',
    params: {
      'destroy-unreferenced-disks': { type: 'boolean', optional: true },
      force: { type: 'boolean', optional: true, default: 0 },
      node: { type: 'string', format: 'pve-node' },
      purge: { type: 'boolean', optional: true, default: 0 },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/lxc/{vmid}/config',
    params: {
      current: { type: 'boolean', optional: true, default: 0 },
      node: { type: 'string', format: 'pve-node' },
      snapshot: { type: 'string', optional: true, maxLength: 40, format: 'pve-configid' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'PUT',
    path: '/nodes/{node}/lxc/{vmid}/config',
    options: 'container',
    params: {
      delete: { type: 'string', optional: true, format: 'pve-configid-list' },
      digest: { type: 'string', optional: true, maxLength: 40 },
      node: { type: 'string', format: 'pve-node' },
      revert: { type: 'string', optional: true, format: 'pve-configid-list' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/lxc/{vmid}/pending',
    params: {
      node: { type: 'string', format: 'pve-node' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'PUT',
    path: '/nodes/{node}/lxc/{vmid}/resize',
    params: {
      digest: { type: 'string', optional: true, maxLength: 40 },
      disk: { type: 'string', enum: ['rootfs', 'mp0', 'mp1', 'mp2', 'mp3', 'mp4', 'mp5', 'mp6', 'mp7', 'mp8', 'mp9', 'mp10', 'mp11', 'mp12', 'mp13', 'mp14', 'mp15', 'mp16', 'mp17', 'mp18', 'mp19', 'mp20', 'mp21', 'mp22', 'mp23', 'mp24', 'mp25', 'mp26', 'mp27', 'mp28', 'mp29', 'mp30', 'mp31', 'mp32', 'mp33', 'mp34', 'mp35', 'mp36', 'mp37', 'mp38', 'mp39', 'mp40', 'mp41', 'mp42', 'mp43', 'mp44', 'mp45', 'mp46', 'mp47', 'mp48', 'mp49', 'mp50', 'mp51', 'mp52', 'mp53', 'mp54', 'mp55', 'mp56', 'mp57', 'mp58', 'mp59', 'mp60', 'mp61', 'mp62', 'mp63', 'mp64', 'mp65', 'mp66', 'mp67', 'mp68', 'mp69', 'mp70', 'mp71', 'mp72', 'mp73', 'mp74', 'mp75', 'mp76', 'mp77', 'mp78', 'mp79', 'mp80', 'mp81', 'mp82', 'mp83', 'mp84', 'mp85', 'mp86', 'mp87', 'mp88', 'mp89', 'mp90', 'mp91', 'mp92', 'mp93', 'mp94', 'mp95', 'mp96', 'mp97', 'mp98', 'mp99', 'mp100', 'mp101', 'mp102', 'mp103', 'mp104', 'mp105', 'mp106', 'mp107', 'mp108', 'mp109', 'mp110', 'mp111', 'mp112', 'mp113', 'mp114', 'mp115', 'mp116', 'mp117', 'mp118', 'mp119', 'mp120', 'mp121', 'mp122', 'mp123', 'mp124', 'mp125', 'mp126', 'mp127', 'mp128', 'mp129', 'mp130', 'mp131', 'mp132', 'mp133', 'mp134', 'mp135', 'mp136', 'mp137', 'mp138', 'mp139', 'mp140', 'mp141', 'mp142', 'mp143', 'mp144', 'mp145', 'mp146', 'mp147', 'mp148', 'mp149', 'mp150', 'mp151', 'mp152', 'mp153', 'mp154', 'mp155', 'mp156', 'mp157', 'mp158', 'mp159', 'mp160', 'mp161', 'mp162', 'mp163', 'mp164', 'mp165', 'mp166', 'mp167', 'mp168', 'mp169', 'mp170', 'mp171', 'mp172', 'mp173', 'mp174', 'mp175', 'mp176', 'mp177', 'mp178', 'mp179', 'mp180', 'mp181', 'mp182', 'mp183', 'mp184', 'mp185', 'mp186', 'mp187', 'mp188', 'mp189', 'mp190', 'mp191', 'mp192', 'mp193', 'mp194', 'mp195', 'mp196', 'mp197', 'mp198', 'mp199', 'mp200', 'mp201', 'mp202', 'mp203', 'mp204', 'mp205', 'mp206', 'mp207', 'mp208', 'mp209', 'mp210', 'mp211', 'mp212', 'mp213', 'mp214', 'mp215', 'mp216', 'mp217', 'mp218', 'mp219', 'mp220', 'mp221', 'mp222', 'mp223', 'mp224', 'mp225', 'mp226', 'mp227', 'mp228', 'mp229', 'mp230', 'mp231', 'mp232', 'mp233', 'mp234', 'mp235', 'mp236', 'mp237', 'mp238', 'mp239', 'mp240', 'mp241', 'mp242', 'mp243', 'mp244', 'mp245', 'mp246', 'mp247', 'mp248', 'mp249', 'mp250', 'mp251', 'mp252', 'mp253', 'mp254', 'mp255'] },
      node: { type: 'string', format: 'pve-node' },
      size: { type: 'string', pattern: '\\+?\\d+(\\.\\d+)?[KMGT]?' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/move_volume',
    params: {
      bwlimit: { type: 'number', optional: true, default: 'clone limit from datacenter or storage config', minimum: 0 },
      delete: { type: 'boolean', optional: true, default: 0 },
      digest: { type: 'string', optional: true, maxLength: 40 },
      node: { type: 'string', format: 'pve-node' },
      storage: { type: 'string', optional: true, format: 'pve-storage-id' },
      'target-digest': { type: 'string', optional: true, maxLength: 40 },
      'target-vmid': { type: 'integer', optional: true, minimum: 100, maximum: 999999999, format: 'pve-vmid' },
      'target-volume': { type: 'string', optional: true, enum: ['rootfs', 'mp0', 'mp1', 'mp2', 'mp3', 'mp4', 'mp5', 'mp6', 'mp7', 'mp8', 'mp9', 'mp10', 'mp11', 'mp12', 'mp13', 'mp14', 'mp15', 'mp16', 'mp17', 'mp18', 'mp19', 'mp20', 'mp21', 'mp22', 'mp23', 'mp24', 'mp25', 'mp26', 'mp27', 'mp28', 'mp29', 'mp30', 'mp31', 'mp32', 'mp33', 'mp34', 'mp35', 'mp36', 'mp37', 'mp38', 'mp39', 'mp40', 'mp41', 'mp42', 'mp43', 'mp44', 'mp45', 'mp46', 'mp47', 'mp48', 'mp49', 'mp50', 'mp51', 'mp52', 'mp53', 'mp54', 'mp55', 'mp56', 'mp57', 'mp58', 'mp59', 'mp60', 'mp61', 'mp62', 'mp63', 'mp64', 'mp65', 'mp66', 'mp67', 'mp68', 'mp69', 'mp70', 'mp71', 'mp72', 'mp73', 'mp74', 'mp75', 'mp76', 'mp77', 'mp78', 'mp79', 'mp80', 'mp81', 'mp82', 'mp83', 'mp84', 'mp85', 'mp86', 'mp87', 'mp88', 'mp89', 'mp90', 'mp91', 'mp92', 'mp93', 'mp94', 'mp95', 'mp96', 'mp97', 'mp98', 'mp99', 'mp100', 'mp101', 'mp102', 'mp103', 'mp104', 'mp105', 'mp106', 'mp107', 'mp108', 'mp109', 'mp110', 'mp111', 'mp112', 'mp113', 'mp114', 'mp115', 'mp116', 'mp117', 'mp118', 'mp119', 'mp120', 'mp121', 'mp122', 'mp123', 'mp124', 'mp125', 'mp126', 'mp127', 'mp128', 'mp129', 'mp130', 'mp131', 'mp132', 'mp133', 'mp134', 'mp135', 'mp136', 'mp137', 'mp138', 'mp139', 'mp140', 'mp141', 'mp142', 'mp143', 'mp144', 'mp145', 'mp146', 'mp147', 'mp148', 'mp149', 'mp150', 'mp151', 'mp152', 'mp153', 'mp154', 'mp155', 'mp156', 'mp157', 'mp158', 'mp159', 'mp160', 'mp161', 'mp162', 'mp163', 'mp164', 'mp165', 'mp166', 'mp167', 'mp168', 'mp169', 'mp170', 'mp171', 'mp172', 'mp173', 'mp174', 'mp175', 'mp176', 'mp177', 'mp178', 'mp179', 'mp180', 'mp181', 'mp182', 'mp183', 'mp184', 'mp185', 'mp186', 'mp187', 'mp188', 'mp189', 'mp190', 'mp191', 'mp192', 'mp193', 'mp194', 'mp195', 'mp196', 'mp197', 'mp198', 'mp199', 'mp200', 'mp201', 'mp202', 'mp203', 'mp204', 'mp205', 'mp206', 'mp207', 'mp208', 'mp209', 'mp210', 'mp211', 'mp212', 'mp213', 'mp214', 'mp215', 'mp216', 'mp217', 'mp218', 'mp219', 'mp220', 'mp221', 'mp222', 'mp223', 'mp224', 'mp225', 'mp226', 'mp227', 'mp228', 'mp229', 'mp230', 'mp231', 'mp232', 'mp233', 'mp234', 'mp235', 'mp236', 'mp237', 'mp238', 'mp239', 'mp240', 'mp241', 'mp242', 'mp243', 'mp244', 'mp245', 'mp246', 'mp247', 'mp248', 'mp249', 'mp250', 'mp251', 'mp252', 'mp253', 'mp254', 'mp255', 'unused0', 'unused1', 'unused2', 'unused3', 'unused4', 'unused5', 'unused6', 'unused7', 'unused8', 'unused9', 'unused10', 'unused11', 'unused12', 'unused13', 'unused14', 'unused15', 'unused16', 'unused17', 'unused18', 'unused19', 'unused20', 'unused21', 'unused22', 'unused23', 'unused24', 'unused25', 'unused26', 'unused27', 'unused28', 'unused29', 'unused30', 'unused31', 'unused32', 'unused33', 'unused34', 'unused35', 'unused36', 'unused37', 'unused38', 'unused39', 'unused40', 'unused41', 'unused42', 'unused43', 'unused44', 'unused45', 'unused46', 'unused47', 'unused48', 'unused49', 'unused50', 'unused51', 'unused52', 'unused53', 'unused54', 'unused55', 'unused56', 'unused57', 'unused58', 'unused59', 'unused60', 'unused61', 'unused62', 'unused63', 'unused64', 'unused65', 'unused66', 'unused67', 'unused68', 'unused69', 'unused70', 'unused71', 'unused72', 'unused73', 'unused74', 'unused75', 'unused76', 'unused77', 'unused78', 'unused79', 'unused80', 'unused81', 'unused82', 'unused83', 'unused84', 'unused85', 'unused86', 'unused87', 'unused88', 'unused89', 'unused90', 'unused91', 'unused92', 'unused93', 'unused94', 'unused95', 'unused96', 'unused97', 'unused98', 'unused99', 'unused100', 'unused101', 'unused102', 'unused103', 'unused104', 'unused105', 'unused106', 'unused107', 'unused108', 'unused109', 'unused110', 'unused111', 'unused112', 'unused113', 'unused114', 'unused115', 'unused116', 'unused117', 'unused118', 'unused119', 'unused120', 'unused121', 'unused122', 'unused123', 'unused124', 'unused125', 'unused126', 'unused127', 'unused128', 'unused129', 'unused130', 'unused131', 'unused132', 'unused133', 'unused134', 'unused135', 'unused136', 'unused137', 'unused138', 'unused139', 'unused140', 'unused141', 'unused142', 'unused143', 'unused144', 'unused145', 'unused146', 'unused147', 'unused148', 'unused149', 'unused150', 'unused151', 'unused152', 'unused153', 'unused154', 'unused155', 'unused156', 'unused157', 'unused158', 'unused159', 'unused160', 'unused161', 'unused162', 'unused163', 'unused164', 'unused165', 'unused166', 'unused167', 'unused168', 'unused169', 'unused170', 'unused171', 'unused172', 'unused173', 'unused174', 'unused175', 'unused176', 'unused177', 'unused178', 'unused179', 'unused180', 'unused181', 'unused182', 'unused183', 'unused184', 'unused185', 'unused186', 'unused187', 'unused188', 'unused189', 'unused190', 'unused191', 'unused192', 'unused193', 'unused194', 'unused195', 'unused196', 'unused197', 'unused198', 'unused199', 'unused200', 'unused201', 'unused202', 'unused203', 'unused204', 'unused205', 'unused206', 'unused207', 'unused208', 'unused209', 'unused210', 'unused211', 'unused212', 'unused213', 'unused214', 'unused215', 'unused216', 'unused217', 'unused218', 'unused219', 'unused220', 'unused221', 'unused222', 'unused223', 'unused224', 'unused225', 'unused226', 'unused227', 'unused228', 'unused229', 'unused230', 'unused231', 'unused232', 'unused233', 'unused234', 'unused235', 'unused236', 'unused237', 'unused238', 'unused239', 'unused240', 'unused241', 'unused242', 'unused243', 'unused244', 'unused245', 'unused246', 'unused247', 'unused248', 'unused249', 'unused250', 'unused251', 'unused252', 'unused253', 'unused254', 'unused255'] },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
      volume: { type: 'string', enum: ['rootfs', 'mp0', 'mp1', 'mp2', 'mp3', 'mp4', 'mp5', 'mp6', 'mp7', 'mp8', 'mp9', 'mp10', 'mp11', 'mp12', 'mp13', 'mp14', 'mp15', 'mp16', 'mp17', 'mp18', 'mp19', 'mp20', 'mp21', 'mp22', 'mp23', 'mp24', 'mp25', 'mp26', 'mp27', 'mp28', 'mp29', 'mp30', 'mp31', 'mp32', 'mp33', 'mp34', 'mp35', 'mp36', 'mp37', 'mp38', 'mp39', 'mp40', 'mp41', 'mp42', 'mp43', 'mp44', 'mp45', 'mp46', 'mp47', 'mp48', 'mp49', 'mp50', 'mp51', 'mp52', 'mp53', 'mp54', 'mp55', 'mp56', 'mp57', 'mp58', 'mp59', 'mp60', 'mp61', 'mp62', 'mp63', 'mp64', 'mp65', 'mp66', 'mp67', 'mp68', 'mp69', 'mp70', 'mp71', 'mp72', 'mp73', 'mp74', 'mp75', 'mp76', 'mp77', 'mp78', 'mp79', 'mp80', 'mp81', 'mp82', 'mp83', 'mp84', 'mp85', 'mp86', 'mp87', 'mp88', 'mp89', 'mp90', 'mp91', 'mp92', 'mp93', 'mp94', 'mp95', 'mp96', 'mp97', 'mp98', 'mp99', 'mp100', 'mp101', 'mp102', 'mp103', 'mp104', 'mp105', 'mp106', 'mp107', 'mp108', 'mp109', 'mp110', 'mp111', 'mp112', 'mp113', 'mp114', 'mp115', 'mp116', 'mp117', 'mp118', 'mp119', 'mp120', 'mp121', 'mp122', 'mp123', 'mp124', 'mp125', 'mp126', 'mp127', 'mp128', 'mp129', 'mp130', 'mp131', 'mp132', 'mp133', 'mp134', 'mp135', 'mp136', 'mp137', 'mp138', 'mp139', 'mp140', 'mp141', 'mp142', 'mp143', 'mp144', 'mp145', 'mp146', 'mp147', 'mp148', 'mp149', 'mp150', 'mp151', 'mp152', 'mp153', 'mp154', 'mp155', 'mp156', 'mp157', 'mp158', 'mp159', 'mp160', 'mp161', 'mp162', 'mp163', 'mp164', 'mp165', 'mp166', 'mp167', 'mp168', 'mp169', 'mp170', 'mp171', 'mp172', 'mp173', 'mp174', 'mp175', 'mp176', 'mp177', 'mp178', 'mp179', 'mp180', 'mp181', 'mp182', 'mp183', 'mp184', 'mp185', 'mp186', 'mp187', 'mp188', 'mp189', 'mp190', 'mp191', 'mp192', 'mp193', 'mp194', 'mp195', 'mp196', 'mp197', 'mp198', 'mp199', 'mp200', 'mp201', 'mp202', 'mp203', 'mp204', 'mp205', 'mp206', 'mp207', 'mp208', 'mp209', 'mp210', 'mp211', 'mp212', 'mp213', 'mp214', 'mp215', 'mp216', 'mp217', 'mp218', 'mp219', 'mp220', 'mp221', 'mp222', 'mp223', 'mp224', 'mp225', 'mp226', 'mp227', 'mp228', 'mp229', 'mp230', 'mp231', 'mp232', 'mp233', 'mp234', 'mp235', 'mp236', 'mp237', 'mp238', 'mp239', 'mp240', 'mp241', 'mp242', 'mp243', 'mp244', 'mp245', 'mp246', 'mp247', 'mp248', 'mp249', 'mp250', 'mp251', 'mp252', 'mp253', 'mp254', 'mp255', 'unused0', 'unused1', 'unused2', 'unused3', 'unused4', 'unused5', 'unused6', 'unused7', 'unused8', 'unused9', 'unused10', 'unused11', 'unused12', 'unused13', 'unused14', 'unused15', 'unused16', 'unused17', 'unused18', 'unused19', 'unused20', 'unused21', 'unused22', 'unused23', 'unused24', 'unused25', 'unused26', 'unused27', 'unused28', 'unused29', 'unused30', 'unused31', 'unused32', 'unused33', 'unused34', 'unused35', 'unused36', 'unused37', 'unused38', 'unused39', 'unused40', 'unused41', 'unused42', 'unused43', 'unused44', 'unused45', 'unused46', 'unused47', 'unused48', 'unused49', 'unused50', 'unused51', 'unused52', 'unused53', 'unused54', 'unused55', 'unused56', 'unused57', 'unused58', 'unused59', 'unused60', 'unused61', 'unused62', 'unused63', 'unused64', 'unused65', 'unused66', 'unused67', 'unused68', 'unused69', 'unused70', 'unused71', 'unused72', 'unused73', 'unused74', 'unused75', 'unused76', 'unused77', 'unused78', 'unused79', 'unused80', 'unused81', 'unused82', 'unused83', 'unused84', 'unused85', 'unused86', 'unused87', 'unused88', 'unused89', 'unused90', 'unused91', 'unused92', 'unused93', 'unused94', 'unused95', 'unused96', 'unused97', 'unused98', 'unused99', 'unused100', 'unused101', 'unused102', 'unused103', 'unused104', 'unused105', 'unused106', 'unused107', 'unused108', 'unused109', 'unused110', 'unused111', 'unused112', 'unused113', 'unused114', 'unused115', 'unused116', 'unused117', 'unused118', 'unused119', 'unused120', 'unused121', 'unused122', 'unused123', 'unused124', 'unused125', 'unused126', 'unused127', 'unused128', 'unused129', 'unused130', 'unused131', 'unused132', 'unused133', 'unused134', 'unused135', 'unused136', 'unused137', 'unused138', 'unused139', 'unused140', 'unused141', 'unused142', 'unused143', 'unused144', 'unused145', 'unused146', 'unused147', 'unused148', 'unused149', 'unused150', 'unused151', 'unused152', 'unused153', 'unused154', 'unused155', 'unused156', 'unused157', 'unused158', 'unused159', 'unused160', 'unused161', 'unused162', 'unused163', 'unused164', 'unused165', 'unused166', 'unused167', 'unused168', 'unused169', 'unused170', 'unused171', 'unused172', 'unused173', 'unused174', 'unused175', 'unused176', 'unused177', 'unused178', 'unused179', 'unused180', 'unused181', 'unused182', 'unused183', 'unused184', 'unused185', 'unused186', 'unused187', 'unused188', 'unused189', 'unused190', 'unused191', 'unused192', 'unused193', 'unused194', 'unused195', 'unused196', 'unused197', 'unused198', 'unused199', 'unused200', 'unused201', 'unused202', 'unused203', 'unused204', 'unused205', 'unused206', 'unused207', 'unused208', 'unused209', 'unused210', 'unused211', 'unused212', 'unused213', 'unused214', 'unused215', 'unused216', 'unused217', 'unused218', 'unused219', 'unused220', 'unused221', 'unused222', 'unused223', 'unused224', 'unused225', 'unused226', 'unused227', 'unused228', 'unused229', 'unused230', 'unused231', 'unused232', 'unused233', 'unused234', 'unused235', 'unused236', 'unused237', 'unused238', 'unused239', 'unused240', 'unused241', 'unused242', 'unused243', 'unused244', 'unused245', 'unused246', 'unused247', 'unused248', 'unused249', 'unused250', 'unused251', 'unused252', 'unused253', 'unused254', 'unused255'] },
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/lxc/{vmid}/status/current',
    params: {
      node: { type: 'string', format: 'pve-node' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/status/start',
    params: {
      debug: { type: 'boolean', optional: true, default: 0 },
      node: { type: 'string', format: 'pve-node' },
      skiplock: { type: 'boolean', optional: true },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/status/stop',
    params: {
      node: { type: 'string', format: 'pve-node' },
      'overrule-shutdown': { type: 'boolean', optional: true, default: 0 },
      skiplock: { type: 'boolean', optional: true },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/status/shutdown',
    params: {
      forceStop: { type: 'boolean', optional: true, default: 0 },
      node: { type: 'string', format: 'pve-node' },
      timeout: { type: 'integer', optional: true, default: 60, minimum: 0 },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/status/reboot',
    params: {
      node: { type: 'string', format: 'pve-node' },
      timeout: { type: 'integer', optional: true, minimum: 0 },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/status/suspend',
    params: {
      node: { type: 'string', format: 'pve-node' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/status/resume',
    params: {
      node: { type: 'string', format: 'pve-node' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/clone',
    params: {
      bwlimit: { type: 'number', optional: true, default: 'clone limit from datacenter or storage config', minimum: 0 },
      description: { type: 'string', optional: true },
      full: { type: 'boolean', optional: true },
      hostname: { type: 'string', optional: true, format: 'dns-name' },
      newid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
      node: { type: 'string', format: 'pve-node' },
      pool: { type: 'string', optional: true, format: 'pve-poolid' },
      snapname: { type: 'string', optional: true, maxLength: 40, format: 'pve-configid' },
      storage: { type: 'string', optional: true, format: 'pve-storage-id' },
      target: { type: 'string', optional: true, format: 'pve-node' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/migrate',
    params: {
      bwlimit: { type: 'number', optional: true, default: 'migrate limit from datacenter or storage config', minimum: 0 },
      node: { type: 'string', format: 'pve-node' },
      online: { type: 'boolean', optional: true },
      restart: { type: 'boolean', optional: true },
      target: { type: 'string', format: 'pve-node' },
      'target-storage': { type: 'string', optional: true, format: 'storage-pair-list' },
      timeout: { type: 'integer', optional: true, default: 180 },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/remote_migrate',
    params: {
      bwlimit: { type: 'number', optional: true, default: 'migrate limit from datacenter or storage config', minimum: 0 },
      delete: { type: 'boolean', optional: true, default: 0 },
      node: { type: 'string', format: 'pve-node' },
      online: { type: 'boolean', optional: true },
      restart: { type: 'boolean', optional: true },
      'target-bridge': { type: 'string', format: 'bridge-pair-list' },
      'target-endpoint': { type: 'string', format: 'proxmox-remote' },
      'target-storage': { type: 'string', format: 'storage-pair-list' },
      'target-vmid': { type: 'integer', optional: true, minimum: 100, maximum: 999999999, format: 'pve-vmid' },
      timeout: { type: 'integer', optional: true, default: 180 },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'GET',
    path: '/nodes/{node}/lxc/{vmid}/snapshot',
    params: {
      node: { type: 'string', format: 'pve-node' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/snapshot',
    params: {
      description: { type: 'string', optional: true },
      node: { type: 'string', format: 'pve-node' },
      snapname: { type: 'string', maxLength: 40, format: 'pve-configid' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'DELETE',
    path: '/nodes/{node}/lxc/{vmid}/snapshot/{snapname}',
    params: {
      force: { type: 'boolean', optional: true },
      node: { type: 'string', format: 'pve-node' },
      snapname: { type: 'string', maxLength: 40, format: 'pve-configid' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/snapshot/{snapname}/rollback',
    params: {
      node: { type: 'string', format: 'pve-node' },
      snapname: { type: 'string', maxLength: 40, format: 'pve-configid' },
      start: { type: 'boolean', optional: true, default: 0 },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/template',
    params: {
      node: { type: 'string', format: 'pve-node' },
      vmid: { type: 'integer', minimum: 100, maximum: 999999999, format: 'pve-vmid' },
    },
  },
];

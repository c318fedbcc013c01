import type { Tool } from '../cli/tool.ts';
import { parametersOf } from '../schema/parameters.ts';
import { addResource, removeResource, setResource, showConfig, showStatus } from './ha.ts';

const flag = { type: 'boolean', optional: 1 };

/** `ha-manager`, as far as resources go; rules and commands to the manager are not modelled. */
export const HA_MANAGER: Tool = {
  name: 'ha-manager',
  usage: [
    [
      'ha-manager add <sid> [OPTIONS]',
      'ha-manager config  [OPTIONS]',
      'ha-manager crm-command stop <sid> <timeout>',
      'ha-manager remove <sid> [OPTIONS]',
      'ha-manager set <sid> [OPTIONS]',
      'ha-manager status  [OPTIONS]',
      'ha-manager rules list  [OPTIONS] [FORMAT_OPTIONS]',
      'ha-manager rules config  [OPTIONS] [FORMAT_OPTIONS]',
      'ha-manager rules add <type> <rule> [OPTIONS]',
      'ha-manager rules remove <rule>',
      'ha-manager rules set <type> <rule> [OPTIONS]',
      'ha-manager groupconfig ',
      'ha-manager groupadd <group> --nodes <string> [OPTIONS]',
    ],
  ],
  aliases: {},
  commands: {
    add: { parameters: parametersOf('POST /cluster/ha/resources'), positional: ['sid'], run: addResource },
    set: {
      parameters: parametersOf('PUT /cluster/ha/resources/{sid}'),
      positional: ['sid'],
      run: setResource,
    },
    remove: {
      parameters: parametersOf('DELETE /cluster/ha/resources/{sid}'),
      positional: ['sid'],
      run: removeResource,
    },
    config: { parameters: parametersOf('GET /cluster/ha/resources'), positional: [], run: showConfig },
    status: { parameters: { verbose: flag }, positional: [], run: showStatus },
  },
};

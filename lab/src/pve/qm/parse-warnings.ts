import { checkFormat } from '../cli/verify.ts';
import { attempt, die } from '../failure.ts';
import { parseBoolean } from '../formats/values.ts';
import { parametersOf } from '../schema/parameters.ts';

/** Options of a config file that no command takes (PVE/QemuServer.pm, $confdesc). */
const OWN = /^(?:lock|meta|parent|snaptime|vmstate|template|unused\d+|running[a-z-]+|args|delete|snapstate)$/;

/** What PVE says of the lines of a VM's config that it can't read, each ending with a line feed (parse_vm_config, not strict). */
export function parseWarnings(vmid: string, text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    if (/^\s*$|^#|^\[|^description:/.test(line)) return [];
    const [, name, value] = /^([a-z][a-z_-]*\d*):\s*(.+?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return [`vm ${vmid} - unable to parse config: ${line}\n`];
    const wrong = OWN.test(name) ? undefined : attempt(() => checkType(name, value));
    return wrong === undefined ? [] : [`vm ${vmid} - unable to parse value of '${name}' - ${wrong}`];
  });
}

/** check_type: unlike a command's own check it looks at no bounds, enumerations or patterns. Throws Failure. */
function checkType(name: string, value: string): void {
  const schema = parametersOf('POST /nodes/{node}/qemu')[name] ?? die(`unknown setting '${name}'`);
  const isRight =
    schema.type === 'boolean'
      ? parseBoolean(value) !== undefined
      : schema.type === 'integer'
        ? /^\d+$/.test(value)
        : schema.type !== 'number' || /^\d+(\.\d+)?$/.test(value);
  if (!isRight) die(`type check ('${schema.type}') failed - got '${value}'`);
  if (schema.format !== undefined) checkFormat(schema.format, value, '');
}

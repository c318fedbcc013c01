import type { Tool } from '../cli/tool.ts';
import { parametersOf } from '../schema/parameters.ts';
import { createJob, deleteJob, listJobs, readJob, showJobs, updateJob } from './replication.ts';

const JOB = '/cluster/replication/{id}';

/** `pvesr`, as far as the configuration of jobs goes (PVE/CLI/pvesr.pm); nothing is replicated. */
export const PVESR: Tool = {
  name: 'pvesr',
  usage: [
    ['pvesr schedule-now <id>', 'pvesr status  [OPTIONS]'],
    [
      'pvesr create-local-job <id> <target> [OPTIONS]',
      'pvesr delete <id> [OPTIONS]',
      'pvesr list ',
      'pvesr read <id>',
      'pvesr update <id> [OPTIONS]',
    ],
    [
      'pvesr disable <id>',
      'pvesr enable <id>',
      'pvesr finalize-local-job <id> [<extra-args>] [OPTIONS]',
      'pvesr prepare-local-job <id> [<extra-args>] [OPTIONS]',
      'pvesr run  [OPTIONS]',
      'pvesr set-state <vmid> <state>',
    ],
    ['pvesr help [<extra-args>] [OPTIONS]'],
  ],
  aliases: {},
  commands: {
    'create-local-job': {
      parameters: parametersOf('POST /cluster/replication'),
      positional: ['id', 'target'],
      fixed: ['type'],
      run: createJob,
    },
    update: { parameters: parametersOf(`PUT ${JOB}`), positional: ['id'], run: updateJob },
    delete: { parameters: parametersOf(`DELETE ${JOB}`), positional: ['id'], run: deleteJob },
    list: { parameters: parametersOf('GET /cluster/replication'), positional: [], run: listJobs },
    status: { parameters: parametersOf('GET /nodes/{node}/replication'), positional: [], run: showJobs },
    read: { parameters: parametersOf(`GET ${JOB}`), positional: ['id'], run: readJob },
    enable: {
      parameters: parametersOf(`GET ${JOB}`),
      positional: ['id'],
      run: (session, { id }) => updateJob(session, { id: id ?? '', disable: '0' }),
    },
    disable: {
      parameters: parametersOf(`GET ${JOB}`),
      positional: ['id'],
      run: (session, { id }) => updateJob(session, { id: id ?? '', disable: '1' }),
    },
  },
};

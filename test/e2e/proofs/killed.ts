import { spawn } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { IstioRelease } from '../../../src';
import { cleanUp, left, STATE, until } from '../cluster/machine';
import { clusterParts } from '../cluster/rig';
import { must, Proof } from '../proof';

/**
 * A run that is killed while its clusters are up leaves processes, networks and files; what every run does first takes
 * all of them away, so a second run starts clean.
 */
export const killedProof: Proof = {
  name: 'killed',
  parts: clusterParts(IstioRelease.V1_31.version),
  async show() {
    await cleanUp();
    const child = spawn(
      process.execPath,
      [...process.execArgv, join(__dirname, '..', 'run.ts'), '--only', `direct-${IstioRelease.V1_31.version}`],
      { stdio: 'ignore' },
    );
    const ended = new Promise<void>(resolve => child.on('close', () => resolve()));
    try {
      await until('the clusters of the run', async () => (await left()).processes.length > 2 * ENOUGH, 120);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    const before = await left();
    must(before.processes.length > ENOUGH && before.networks.length > 3 && existsSync(STATE),
      `the killed run left ${before.processes.length} processes and ${before.networks.length} networks: too little to show anything`);
    await cleanUp();
    const { networks } = await left();
    must(
      networks.length === 0 && !existsSync(STATE),
      `left: ${networks.length} networks, ${STATE} ${existsSync(STATE) ? 'exists' : 'is gone'}`,
    );
    await until('all processes have ended', async () => !before.processes.some(runs), 20);
    return `killed with ${before.processes.length} processes in ${before.networks.length} networks running: all gone, with their files, before the next run starts`;
  },
};

/** So many processes are left at least; half of those that run at the end of the wait may be commands that end with who asked for them. */
const ENOUGH = 20;

/** Whether a process runs; one that has ended and that nobody has asked after does not. */
function runs(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

import { spawn } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { IstioRelease } from '../../../src';
import { cleanUp, left, STATE, until } from '../cluster/machine';
import { clusterParts } from '../cluster/rig';
import { must, Proof } from '../proof';

/**
 * A run that is killed while its clusters run leaves processes, networks and files. The first step of every run removes them, so the
 * next run starts without them.
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
    must(
      before.processes.length > ENOUGH && before.networks.length > 3 && existsSync(STATE),
      `the killed run left ${before.processes.length} processes and ${before.networks.length} networks, which is too few to show anything`,
    );
    await cleanUp();
    const { networks } = await left();
    must(
      networks.length === 0 && !existsSync(STATE),
      `left: ${networks.length} networks, ${STATE} ${existsSync(STATE) ? 'exists' : 'is removed'}`,
    );
    await until('all processes have ended', async () => !before.processes.some(isRunning), 20);
    return `a run was killed with ${before.processes.length} processes in ${before.networks.length} networks: `
      + 'all of them and their files are removed before the next run starts';
  },
};

/** Minimum of processes that the killed run leaves. Twice as many must run before, since some are commands that end with their caller. */
const ENOUGH = 20;

/** Whether a process runs. A zombie, whose parent has not read its exit code, does not. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

import { ChildProcess, spawn } from 'child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { attempt, run } from '../process';

/** Folder of all files of the rig. By this folder and the prefix of the network namespaces, a run finds all that a killed run left. */
export const STATE = '/tmp/cdk8s-istio-multicluster-e2e';
const PREFIX = 'meshe2e-';
const HOST_LINK = 'meshe2e-host';
/** All clusters share one network. The machine has an address in it, to reach the API servers. */
const NETWORK_BITS = 13;
export const HOST_ADDRESS = '10.60.0.1';
const WATCHES = '/proc/sys/fs/inotify/max_user_instances';
const LEAST_WATCHES = 1024;

const children: ChildProcess[] = [];

/** Kills every process of an earlier run, found by its network namespace, and removes the namespaces and files of that run. */
export async function cleanUp(): Promise<void> {
  children.splice(0).forEach(child => child.kill('SIGKILL'));
  for (const name of await namespaces()) {
    for (const pid of await processesIn(name)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch { /* the process has ended by itself */ }
    }
    await attempt('ip', ['netns', 'delete', name]);
    rmSync(join('/etc/netns', name), { recursive: true, force: true });
  }
  await attempt('ip', ['link', 'delete', HOST_LINK]);
  // The mount namespace of a process that has just ended may keep a folder busy for a moment.
  for (let tries = 20; tries > 0; tries--) {
    try {
      rmSync(STATE, { recursive: true, force: true });
      return;
    } catch {
      await sleep(100);
    }
  }
}

/** Returns the network namespaces of the rig on this machine, and the processes in them. */
export async function left(): Promise<{ readonly networks: string[]; readonly processes: number[] }> {
  const networks = await namespaces();
  return { networks, processes: (await Promise.all(networks.map(processesIn))).flat() };
}

/** Creates the network that connects all namespaces. */
export async function prepare(): Promise<void> {
  await cleanUp();
  allowWatches();
  mkdirSync(STATE, { recursive: true });
  const lan = namespace('lan');
  await run('ip', ['netns', 'add', lan]);
  await run('ip', ['-n', lan, 'link', 'add', 'br0', 'type', 'bridge']);
  await run('ip', ['-n', lan, 'link', 'set', 'br0', 'up']);
  await run('ip', ['link', 'add', HOST_LINK, 'type', 'veth', 'peer', 'name', 'host', 'netns', lan]);
  await run('ip', ['-n', lan, 'link', 'set', 'host', 'master', 'br0', 'up']);
  await run('ip', ['addr', 'add', `${HOST_ADDRESS}/${NETWORK_BITS}`, 'dev', HOST_LINK]);
  await run('ip', ['link', 'set', HOST_LINK, 'up']);
}

/**
 * Each istiod, agent and Envoy watches files by inotify instances. All processes of the rig are of one user, whose default limit of 128
 * ends the processes of a fourth cluster.
 */
function allowWatches(): void {
  if (Number(readFileSync(WATCHES, 'utf8')) < LEAST_WATCHES) {
    writeFileSync(WATCHES, String(LEAST_WATCHES));
  }
}

/** Name of a network namespace of the rig. */
export function namespace(name: string): string {
  return `${PREFIX}${name}`;
}

/** Adds a host with these addresses to the network. `routes` maps ranges of addresses to the host that forwards them. */
export async function addHost(name: string, addresses: string[], routes: { [range: string]: string } = {}): Promise<string> {
  const netns = namespace(name);
  const lan = namespace('lan');
  // An interface name has at most 15 characters, so a number identifies the host in the bridge.
  const port = `p${hosts++}`;
  await run('ip', ['netns', 'add', netns]);
  await run('ip', ['-n', netns, 'link', 'set', 'lo', 'up']);
  await run('ip', ['-n', lan, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', netns]);
  await run('ip', ['-n', lan, 'link', 'set', port, 'master', 'br0', 'up']);
  for (const address of addresses) {
    await run('ip', ['-n', netns, 'addr', 'add', `${address}/${NETWORK_BITS}`, 'dev', 'eth0']);
  }
  await run('ip', ['-n', netns, 'link', 'set', 'eth0', 'up']);
  await run('ip', ['-n', netns, 'route', 'add', 'default', 'dev', 'eth0']);
  for (const [range, via] of Object.entries(routes)) {
    await run('ip', ['-n', netns, 'route', 'add', range, 'via', via]);
  }
  return netns;
}
let hosts = 0;

/** Disconnects a host from the network, or connects it again with its routes. */
export async function connect(netns: string, on: boolean): Promise<void> {
  const inside = (...args: string[]) => run('ip', ['-n', netns, ...args]);
  if (!on) {
    routesOf.set(netns, (await inside('route', 'show')).split('\n').filter(line => /via|default/.test(line)));
    await inside('link', 'set', 'eth0', 'down');
    return;
  }
  await inside('link', 'set', 'eth0', 'up');
  for (const route of routesOf.get(netns) ?? []) {
    const words = route.trim().split(/\s+/).filter(word => word !== 'linkdown');
    await inside('route', 'replace', ...words);
  }
}
const routesOf = new Map<string, string[]>();

/** Starts a process that runs until the end of the rig. Its output goes to a log. */
export function start(log: string, program: string, args: string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): ChildProcess {
  const file = openSync(join(STATE, `${log}.log`), 'a');
  const child = spawn(program, args, { stdio: ['ignore', file, file], detached: true, ...options });
  closeSync(file);
  child.on('error', error => console.error(`${log}: ${error.message}`));
  children.push(child);
  return child;
}

/** Waits until `holds` returns a truthy value, and returns it. After `seconds` it throws with `what` and the end of a log. */
export async function until<T>(what: string, holds: () => Promise<T | undefined | false>, seconds = 60, log?: string): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await holds();
      if (value) {
        return value;
      }
    } catch (error) {
      last = error;
    }
    await sleep(200);
  }
  const tail = log ? `\n${readFileSync(join(STATE, `${log}.log`), 'utf8').split('\n').slice(-15).join('\n')}` : '';
  throw new Error(`${what}: not within ${seconds} s${last ? ` (${(last as Error).message.slice(0, 300)})` : ''}${tail}`);
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}

async function processesIn(name: string): Promise<number[]> {
  return (await attempt('ip', ['netns', 'pids', name])).stdout.split('\n').filter(Boolean).map(Number);
}

async function namespaces(): Promise<string[]> {
  const { stdout } = await attempt('ip', ['netns', 'list']);
  return stdout.split('\n').map(line => line.split(' ')[0]).filter(name => name.startsWith(PREFIX));
}

import type { ChildProcess } from 'child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { attempt } from '../process';
import { addHost, start, STATE, until } from './machine';

/** Files and environment of all DNS servers of a proof. */
export interface Surroundings {
  /** Files and folders of this machine, by path in the container. */
  readonly files: { [path: string]: string };
  readonly env: NodeJS.ProcessEnv;
}

/** A running CoreDNS. */
export interface RunningDns {
  /** Ends CoreDNS. Throws if it has already ended by itself, as the plugin `loop` makes it do. */
  readonly end: () => Promise<void>;
}

/** Answer of a DNS server. */
export interface DnsAnswer {
  /** Status, such as NOERROR, or "no answer". */
  readonly status: string;
  /** Flags of the header, such as "qr aa rd". */
  readonly flags: string;
  /** Records as "owner type data" by section, without the values that differ between two equal answers. */
  readonly records: { [section: string]: string[] };
}

/** A host of the network that runs CoreDNS as in a pod, with a Corefile and other files. It runs one CoreDNS at a time. */
export class DnsPod {
  public static async add(name: string, addresses: string[], surroundings: Surroundings): Promise<DnsPod> {
    return new DnsPod(name, await addHost(name, addresses), surroundings);
  }

  private runs = 0;

  private constructor(private readonly name: string, public readonly netns: string, private readonly surroundings: Surroundings) {}

  /** Starts CoreDNS, and returns when all its servers listen. `config` holds the files of /etc/coredns by path. */
  public async serve(program: string, config: { [path: string]: string }): Promise<RunningDns> {
    const log = `${this.name}-${this.runs++}`;
    // Each run has a new folder, since the mounts of a killed run may exist for another moment.
    const folder = join(STATE, 'dns', log);
    ['upper/var/run', 'work', 'root', 'coredns/custom'].forEach(part => mkdirSync(join(folder, part), { recursive: true }));
    Object.entries(config).forEach(([path, text]) => writeFileSync(join(folder, 'coredns', path), text));
    const mounts = { ...this.surroundings.files, '/coredns': program, '/etc/coredns': join(folder, 'coredns') };
    writeFileSync(join(folder, 'mounts'), Object.entries(mounts).map(([path, source]) => `${source}\t${path}\n`).join(''));
    const command = [join(__dirname, 'container.sh'), this.netns, folder, '0', '/coredns', '-conf', '/etc/coredns/Corefile'];
    const child = start(log, 'bash', command, { env: { PATH: process.env.PATH, ...this.surroundings.env } });
    // CoreDNS prints its version after all servers listen. If a server fails, CoreDNS ends before.
    await until(
      `CoreDNS as ${this.name}`,
      async () => ended(child) || readFileSync(join(STATE, `${log}.log`), 'utf8').includes('CoreDNS-'),
      60,
      log,
    );
    const assertRunning = () => {
      if (ended(child)) {
        const printed = readFileSync(join(STATE, `${log}.log`), 'utf8');
        throw new Error(`CoreDNS as ${this.name} has ended:\n${printed.slice(-1000)}`);
      }
    };
    assertRunning();
    return {
      end: async () => {
        assertRunning();
        const closed = new Promise(resolve => child.once('close', resolve));
        child.kill('SIGKILL');
        await closed;
      },
    };
  }
}

/** Queries a DNS server from a host of the network. */
export async function ask(netns: string, server: string, port: string, name: string, type: string, transport: string): Promise<DnsAnswer> {
  const dig = ['dig', `@${server}`, '-p', port, '+time=3', '+tries=2', transport, name, type];
  const { stdout } = await attempt('ip', ['netns', 'exec', netns, ...dig]);
  const records: { [section: string]: string[] } = {};
  for (const [, section, lines] of stdout.matchAll(/^;; (\w+) SECTION:\n((?:[^;\n].*\n)+)/gm)) {
    records[section] = lines.trim().split('\n').map(record).sort();
  }
  return {
    status: /status: (\w+)/.exec(stdout)?.[1] ?? 'no answer',
    flags: /^;; flags: ([\w ]*);/m.exec(stdout)?.[1] ?? '',
    records,
  };
}

/**
 * A record without the values that differ between two equal answers: the time to live, the serial of the cluster's zone, which is
 * the time, and the source port of dig, which the plugin whoami returns.
 */
function record(line: string): string {
  const text = line.replace(/^(\S+)\s+\d+\s+\w+\s+(\S+)\s+/, '$1 $2 ');
  return text.replace(/( SOA \S+ \S+) \d+/, '$1 serial').replace(/( SRV 0 0) \d+/, '$1 port');
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

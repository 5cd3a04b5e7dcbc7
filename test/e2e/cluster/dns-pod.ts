import type { ChildProcess } from 'child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { attempt } from '../process';
import { addHost, start, STATE, until } from './machine';

/** What every DNS server of a proof finds around it. */
export interface Surroundings {
  /** Files and folders of this machine, by their path in the container. */
  readonly files: { [path: string]: string };
  readonly env: NodeJS.ProcessEnv;
}

/** A CoreDNS that runs. */
export interface RunningDns {
  /** Ends it; throws if it has ended by itself, as the plugin `loop` makes it do. */
  readonly end: () => Promise<void>;
}

/** What a DNS server said. */
export interface DnsAnswer {
  /** Its status, or "no answer". */
  readonly status: string;
  /** The flags of the header, such as "qr aa rd". */
  readonly flags: string;
  /** Records as "owner type data", by section, without what differs from one answer to the next. */
  readonly records: { [section: string]: string[] };
}

/** A host of the network on which CoreDNS runs as in its pod: with a Corefile, and what a pod finds beside it. One at a time. */
export class DnsPod {
  public static async add(name: string, addresses: string[], surroundings: Surroundings): Promise<DnsPod> {
    return new DnsPod(name, await addHost(name, addresses), surroundings);
  }

  private runs = 0;

  private constructor(private readonly name: string, public readonly netns: string, private readonly surroundings: Surroundings) {}

  /** Starts CoreDNS; returns when each of its servers listens. `config` are the files of /etc/coredns, by their path in it. */
  public async serve(program: string, config: { [path: string]: string }): Promise<RunningDns> {
    const log = `${this.name}-${this.runs++}`;
    // A new one for each run: the mounts of one that was just killed may be held for a moment longer.
    const folder = join(STATE, 'dns', log);
    ['upper/var/run', 'work', 'root', 'coredns/custom'].forEach(part => mkdirSync(join(folder, part), { recursive: true }));
    Object.entries(config).forEach(([path, text]) => writeFileSync(join(folder, 'coredns', path), text));
    const mounts = { ...this.surroundings.files, '/coredns': program, '/etc/coredns': join(folder, 'coredns') };
    writeFileSync(join(folder, 'mounts'), Object.entries(mounts).map(([path, source]) => `${source}\t${path}\n`).join(''));
    const command = [join(__dirname, 'container.sh'), this.netns, folder, '0', '/coredns', '-conf', '/etc/coredns/Corefile'];
    const child = start(log, 'bash', command, { env: { PATH: process.env.PATH, ...this.surroundings.env } });
    // It says its version when it has brought up all servers, or ends without.
    await until(
      `CoreDNS as ${this.name}`,
      async () => ended(child) || readFileSync(join(STATE, `${log}.log`), 'utf8').includes('CoreDNS-'),
      60,
      log,
    );
    const alive = () => {
      if (ended(child)) {
        throw new Error(
          `CoreDNS as ${this.name} has ended:\n${readFileSync(join(STATE, `${log}.log`), 'utf8').slice(-1000)}`,
        );
      }
    };
    alive();
    return {
      end: async () => {
        alive();
        const closed = new Promise(resolve => child.once('close', resolve));
        child.kill('SIGKILL');
        await closed;
      },
    };
  }
}

/** Asks a DNS server from a host of the network. */
export async function ask(netns: string, server: string, port: string, name: string, type: string, transport: string): Promise<DnsAnswer> {
  const { stdout } = await attempt(
    'ip',
    ['netns', 'exec', netns, 'dig', `@${server}`, '-p', port, '+time=3', '+tries=2', transport, name, type],
  );
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
 * A record without what is another each time: its time to live, the time as the serial of the cluster's zone, and the
 * port that dig asked from, which the plugin whoami tells.
 */
function record(line: string): string {
  const text = line.replace(/^(\S+)\s+\d+\s+\w+\s+(\S+)\s+/, '$1 $2 ');
  return text.replace(/( SOA \S+ \S+) \d+/, '$1 serial').replace(/( SRV 0 0) \d+/, '$1 port');
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

import { readFileSync, readlinkSync } from 'fs';
import { hostname } from 'os';
import { threadId } from 'worker_threads';

/** Name of an owner: process, thread, start of the process, process namespace, and host. */
const NAME = /^(\d+)-(\d+)-(\d*)-(\d*)-([A-Za-z0-9._-]*)$/;

/** Content of /proc/<pid>/stat. The state of the process follows the name of the program in brackets, and its start 19 fields later. */
const STAT = /^.*\) (\S)(?: \S+){18} (\d+) /s;

/** A thread that holds a lock. Its name is a file name, so that a lock appears together with the name of its owner. */
export class LockOwner {
  /** Returns the thread that calls. */
  public static self(): LockOwner {
    const host = hostname().replace(/[^A-Za-z0-9._-]/g, '_');
    return new LockOwner(process.pid, threadId, statOf(process.pid)?.start ?? '', processNamespace(), host);
  }

  /** Returns the owner of a name; undefined for a name of another kind. */
  public static parse(name: string): LockOwner | undefined {
    const match = NAME.exec(name);
    return match ? new LockOwner(Number(match[1]), Number(match[2]), match[3], match[4], match[5]) : undefined;
  }

  private constructor(
    private readonly pid: number,
    private readonly thread: number,
    private readonly start: string,
    private readonly namespace: string,
    private readonly host: string,
  ) {}

  /** Name of the owner, valid as a file name. */
  public get name(): string {
    return [this.pid, this.thread, this.start, this.namespace, this.host].join('-');
  }

  /** Process and host, for an error. */
  public get description(): string {
    return `process ${this.pid} on host ${this.host}`;
  }

  /** Whether the owner is on this host and in this container, so that `isRunning` can tell whether it runs. */
  public get isHere(): boolean {
    return this.host === SELF.host && this.namespace === SELF.namespace;
  }

  /** Whether the owner, which is here, still runs. A process of the same number that started at another time is another process. */
  public get isRunning(): boolean {
    const stat = statOf(this.pid);
    if (stat === undefined) {
      return this.name !== SELF.name && isRunning(this.pid);
    }
    return !['Z', 'X'].includes(stat.state) && (this.start === '' || this.start === stat.start);
  }
}

const SELF = LockOwner.self();

/** Whether a process runs on this machine, under any user. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** State and start of a process; undefined where the system has no /proc, or does not show the process. */
function statOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const match = STAT.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return match ? { state: match[1], start: match[2] } : undefined;
  } catch {
    return undefined;
  }
}

/** Number of the process namespace, which differs between containers; empty where the system has none. */
function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  } catch {
    return '';
  }
}

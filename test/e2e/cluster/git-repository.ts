import { spawn } from 'child_process';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'fs';
import { IncomingMessage, ServerResponse } from 'http';
import { join } from 'path';
import { run } from '../process';
import { STATE } from './machine';
import { serve, Web } from './web';

/** Environment that excludes the Git settings of the user and of the machine, such as hooks and signatures. */
const ENVIRONMENT = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
const IDENTITY = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.com', '-c', 'gc.auto=0'];

/**
 * A Git repository that engines pull from over HTTP. Flux accepts only HTTP and SSH, and over HTTP only the smart protocol, which
 * Git's `http-backend` implements.
 */
export class GitRepository {
  /** Branch that engines pull. */
  public readonly branch = 'main';
  private readonly folder: string;
  private web?: Web;

  public constructor(private readonly name: string) {
    this.folder = join(STATE, 'git', name);
  }

  /** URL of the repository. */
  public get url(): string {
    return `${this.web?.url}/${this.name}.git`;
  }

  public async start(): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    await this.git('init', '--quiet', '--initial-branch', this.branch);
    await this.git(...IDENTITY, 'commit', '--quiet', '--allow-empty', '--message', 'chore: nothing yet');
    this.web = await serve((request, response) => this.answer(request, response));
  }

  /** Replaces the content of the repository by that of a folder, and returns the commit. */
  public async commit(message: string, from: string): Promise<string> {
    for (const entry of readdirSync(this.folder).filter(name => name !== '.git')) {
      rmSync(join(this.folder, entry), { recursive: true });
    }
    cpSync(from, this.folder, { recursive: true });
    await this.git('add', '--all');
    await this.git(...IDENTITY, 'commit', '--quiet', '--allow-empty', '--message', message);
    return this.head();
  }

  /** Reverts the last commit, and returns the new commit. */
  public async revert(): Promise<string> {
    await this.git(...IDENTITY, 'revert', '--no-edit', 'HEAD');
    return this.head();
  }

  public stop(): void {
    this.web?.stop();
  }

  private async head(): Promise<string> {
    return (await this.git('rev-parse', 'HEAD')).trim();
  }

  private git(...args: string[]): Promise<string> {
    return run('git', args, { cwd: this.folder, env: ENVIRONMENT });
  }

  /** Runs `git http-backend`. As a CGI program, it prints header fields first, one of which is the status. */
  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    const prefix = `/${this.name}.git/`;
    if (!pathname.startsWith(prefix)) {
      response.writeHead(404).end();
      return;
    }
    const child = spawn('git', ['http-backend'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...ENVIRONMENT,
        GIT_PROJECT_ROOT: this.folder,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: `/.git/${pathname.slice(prefix.length)}`,
        QUERY_STRING: searchParams.toString(),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      },
    });
    child.on('error', () => response.destroy());
    child.stdin.on('error', () => undefined);
    request.pipe(child.stdin);
    let head = Buffer.alloc(0);
    const readHead = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) {
        return;
      }
      child.stdout.off('data', readHead);
      const fields = head.subarray(0, end).toString().split('\r\n').map(line => line.split(/:\s*/, 2) as [string, string]);
      const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200';
      response.writeHead(Number.parseInt(status, 10), fields.filter(([name]) => name !== 'Status').flat());
      response.write(head.subarray(end + 4));
      child.stdout.pipe(response);
    };
    child.stdout.on('data', readHead);
  }
}

import { mkdirSync } from 'fs';
import { join } from 'path';
import { CLEAN_ENVIRONMENT } from './environment';
import { run } from '../process';

const IDENTITY = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.com'];

/** The repository of a Git server, as a bare repository on this machine, with a clone in which a person works. */
export class Origin {
  public readonly url: string;
  private readonly bare: string;

  public constructor(folder: string, private readonly clone: string) {
    this.bare = join(folder, 'origin.git');
    // Git clones a path without a URL by links, and ignores the depth.
    this.url = `file://${this.bare}`;
  }

  public async start(): Promise<void> {
    mkdirSync(this.bare, { recursive: true });
    await this.ask('init', '--quiet', '--bare', '--initial-branch', 'main');
    // As servers do: a job fetches its commit, also when the branch has moved on.
    await this.ask('config', 'uploadpack.allowAnySHA1InWant', 'true');
    await this.person('init', '--quiet', '--initial-branch', 'main');
    await this.person('remote', 'add', 'origin', this.url);
    await this.push('main', 'feat: a mesh');
  }

  /** Commits everything in the clone, and pushes it to a branch. Returns the commit. */
  public async push(branch: string, message: string): Promise<string> {
    await this.person('add', '--all');
    await this.person('commit', '--quiet', '--message', message);
    await this.person('push', '--quiet', 'origin', `HEAD:${branch}`);
    return (await this.person('rev-parse', 'HEAD')).trim();
  }

  /** Moves the clone to a branch that begins at main of the server. */
  public async branch(name: string): Promise<void> {
    await this.person('fetch', '--quiet', 'origin', 'main');
    await this.person('checkout', '--quiet', '-B', name, 'FETCH_HEAD');
  }

  /** Merges a branch into main as a server does, and makes a reference to the merge. Returns its commit. */
  public async merge(branch: string, reference: string): Promise<string> {
    const [main, head] = await Promise.all(['main', branch].map(name => this.revision(name)));
    const tree = (await this.ask('merge-tree', '--write-tree', main, head)).trim();
    const commit = (await this.ask(...IDENTITY, 'commit-tree', tree, '-p', main, '-p', head, '-m', `Merge ${branch}`)).trim();
    await this.ask('update-ref', reference, commit);
    return commit;
  }

  /** The object that a name stands for; empty for none. */
  public async revision(name: string): Promise<string> {
    return (await this.ask('rev-parse', '--verify', '--quiet', name).catch(() => '')).trim();
  }

  /** The last commit that two names share. */
  public async base(one: string, other: string): Promise<string> {
    return (await this.ask('merge-base', one, other)).trim();
  }

  private ask(...args: string[]): Promise<string> {
    return run('git', args, { cwd: this.bare, env: CLEAN_ENVIRONMENT });
  }

  private person(...args: string[]): Promise<string> {
    return run('git', [...IDENTITY, ...args], { cwd: this.clone, env: CLEAN_ENVIRONMENT });
  }
}

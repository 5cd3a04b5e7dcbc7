import { chmodSync, mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { run } from './process';
import { commandsOf, RUN_BLOCKS } from '../doc-blocks';
import { fakeNpx } from '../fake-npx';

/** Runs blocks of a page of the documentation as they stand there, and notes which ones it ran. */
export class PageShell {
  private readonly done: string[] = [];
  private readonly bin: string;

  /**
   * @param test path of the test file, under which RUN_BLOCKS lists the blocks
   * @param folder working directory; its file `passphrase` holds the passphrase
   */
  public constructor(private readonly test: string, private readonly page: string, private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(this.passphrase, 'only for these proofs\n');
    this.bin = fakeNpx(folder);
  }

  public get passphrase(): string {
    return join(this.folder, 'passphrase');
  }

  /**
   * Runs a block, and returns what it prints.
   * @param begin first line of the block
   * @param values what is filled in for each placeholder
   */
  public block(begin: string, values: { readonly [placeholder: string]: string } = {}, cwd = '.'): Promise<string> {
    this.done.push(begin);
    return this.shell(commandsOf(this.test, this.page, begin), values, cwd);
  }

  /** Runs commands that the page does not show: what others do, or what the reader has already. */
  public shell(commands: string, values: { readonly [placeholder: string]: string } = {}, cwd = '.'): Promise<string> {
    const filled = Object.entries(values).reduce((text, [placeholder, value]) => text.replaceAll(placeholder, value), commands);
    const env = { ...process.env, HOME: this.folder, PATH: `${this.bin}:${process.env.PATH}`, ISTIO_MESH_PASSPHRASE_FILE: this.passphrase };
    return run('sh', ['-e', '-c', filled], { cwd: join(this.folder, cwd), env });
  }

  /** Adds a program to the path. */
  public program(name: string, script: string): void {
    const path = join(this.bin, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }

  /** Makes the certificate of a sealed-secrets controller. */
  public async sealingCert(file: string): Promise<void> {
    await this.shell(`openssl req -x509 -newkey rsa:2048 -nodes -keyout ${file}.key -out ${file} -days 3650 -subj /CN=sealed-secrets`);
  }

  /** The blocks that RUN_BLOCKS lists for the page, and that did not run. */
  public get left(): string[] {
    return RUN_BLOCKS[this.test][this.page].filter(begin => !this.done.includes(begin));
  }
}

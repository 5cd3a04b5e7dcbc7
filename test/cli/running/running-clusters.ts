import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { temporaryFolder } from '../../temporary-folder';

/** Answers of kubectl by the arguments of a call, in the clusters of some contexts. */
export interface Answers {
  readonly [context: string]: { readonly [words: string]: unknown };
}

/** What a command prints to the standard error without the lines of progress, which a slow machine shows. */
export function withoutProgress(text: string): string {
  return text.replace(/^reading .* \.\.\.\n/gm, '');
}

/** Running clusters behind a fake kubectl, whose answers a test changes. */
export class RunningClusters {
  /** Folder of the fake kubectl. */
  private readonly folder = temporaryFolder('running');

  public constructor(answers: Answers) {
    cpSync(join(__dirname, 'fake-kubectl.sh'), this.kubectl);
    for (const [context, byWords] of Object.entries(answers)) {
      mkdirSync(join(this.folder, 'answers', context), { recursive: true });
      Object.entries(byWords).forEach(([words, answer]) => this.answer(context, words, answer));
    }
  }

  /** Path of the fake kubectl. */
  public get kubectl(): string {
    return join(this.folder, 'kubectl');
  }

  /** The calls so far, each as the context and the arguments. */
  public get calls(): string[] {
    const file = join(this.folder, 'calls');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  /** Sets the answer to a call. */
  public answer(context: string, words: string, answer: unknown): this {
    mkdirSync(dirname(this.fileOf(context, words)), { recursive: true });
    writeFileSync(this.fileOf(context, words), typeof answer === 'string' ? answer : JSON.stringify(answer));
    return this;
  }

  /** Makes a call fail. */
  public fail(context: string, words: string, message: string): this {
    mkdirSync(dirname(this.fileOf(context, words)), { recursive: true });
    writeFileSync(`${this.fileOf(context, words)}.error`, `${message}\n`);
    return this;
  }

  /** Removes a cluster, so that its context does not exist. */
  public remove(context: string): this {
    rmSync(join(this.folder, 'answers', context), { recursive: true });
    return this;
  }

  /** Changes an answer that must be there. */
  public edit(context: string, words: string, change: (answer: any) => unknown): this {
    const before = readFileSync(this.fileOf(context, words), 'utf8');
    const data = JSON.parse(before);
    const after = JSON.stringify(change(data) ?? data);
    if (after === JSON.stringify(JSON.parse(before))) {
      throw new Error(`the answer to ${words} does not change`);
    }
    return this.answer(context, words, after);
  }

  private fileOf(context: string, words: string): string {
    return join(this.folder, 'answers', context, words);
  }
}

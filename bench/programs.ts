import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'fs';
import { join } from 'path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const ROOT = join(__dirname, '..');

/** Compiled programs of the bench, as a user runs a program: by Node alone, with the compiled package in `node_modules`. */
export class Programs {
  private readonly folder: string;

  /** Compiles the programs into a folder. */
  public constructor(work: string) {
    this.folder = join(work, 'programs');
    const modules = join(work, 'node_modules');
    mkdirSync(this.folder, { recursive: true });
    mkdirSync(modules);
    symlinkSync(ROOT, join(modules, 'cdk8s-istio-multicluster'));
    symlinkSync(join(ROOT, 'node_modules', 'cdk8s'), join(modules, 'cdk8s'));
    compile(join(__dirname, 'mesh.ts'), join(work, 'mesh.js'));
    for (const file of readdirSync(join(__dirname, 'programs'))) {
      compile(join(__dirname, 'programs', file), join(this.folder, file.replace(/\.ts$/, '.js')));
    }
  }

  /** Returns the command that runs a program. */
  public command(program: string, ...args: (string | number)[]): string[] {
    return [process.execPath, join(this.folder, `${program}.js`), ...args.map(String)];
  }

  /** Returns the command that loads a module and ends. */
  public loading(module: string): string[] {
    return [process.execPath, '-e', `require(${JSON.stringify(join(this.folder, '..', 'node_modules', module))})`];
  }
}

function compile(source: string, target: string): void {
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
  writeFileSync(target, transpileModule(readFileSync(source, 'utf8'), { compilerOptions }).outputText);
}

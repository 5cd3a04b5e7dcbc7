import { App, AppProps } from 'cdk8s';
import { writeOutput } from './gitops/folder-writer';
import { Output, outputOf } from './gitops/output';
import { summaryOf } from './summary';

/** What a `MeshApp` takes. */
export interface MeshAppProps {
  /**
   * The folder that is written.
   * @default - CDK8S_OUTDIR, which `cdk8s synth` sets, or "dist"
   */
  readonly outdir?: string;
}

/**
 * A cdk8s app that writes a mesh as folders: one for each cluster, with a file for each object, and install values
 * beside them in `install/`.
 */
export class MeshApp extends App {
  public constructor(props: MeshAppProps = {}) {
    const appProps: AppProps = { outdir: props.outdir };
    super(appProps);
  }

  /**
   * Checks the whole app, then writes it. Nothing is written when something is wrong.
   * @throws an error that lists every problem of the app
   */
  public synth(): void {
    writeOutput(this.outdir, this.output());
  }

  /**
   * What `synth` writes, in words, for people: the folders, the VIPs, and what to do next.
   * @throws as `synth`
   */
  public summary(): string {
    return summaryOf(this, this.output());
  }

  private output(): Output {
    const problems = this.node.findAll().flatMap(node => node.node.validate());
    if (problems.length > 0) {throw new Error(`nothing was written, since the mesh has ${problems.length} problem(s):\n${[...new Set(problems)].sort().map(p => `  ${p}`).join('\n')}`);}
    return outputOf(this);
  }
}

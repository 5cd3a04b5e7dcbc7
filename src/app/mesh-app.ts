import { resolve, sep } from 'path';
import { App, AppProps } from 'cdk8s';
import { MeshCluster } from '../mesh/cluster';
import { Changes, writeOutput } from '../output/folder-writer';
import { Output, outputOf } from './output';
import { writePrivate } from '../output/private-folder';
import { MeshError, MeshErrorCode, MeshErrors } from '../errors/mesh-error';
import { RetirementStep } from '../mesh/retirement';
import { summaryOf } from './summary';

/** What a `MeshApp` takes. */
export interface MeshAppProps {
  /**
   * The folder that is written. It is for this app alone: two apps that share a folder delete each other's files.
   * @default - CDK8S_OUTDIR, which `cdk8s synth` sets, or "dist"
   */
  readonly outdir?: string;
}

/**
 * A cdk8s app that writes a mesh as folders: one for each cluster, with a file for each object, and install values
 * beside them in `install/`.
 */
export class MeshApp extends App {
  /**
   * Marks an app that has a place for files with private keys.
   * @internal
   */
  public readonly _plainFolders = true;

  private output?: Output;
  private changes?: Changes;

  public constructor(props: MeshAppProps = {}) {
    const appProps: AppProps = { outdir: props.outdir };
    super(appProps);
  }

  /**
   * Checks the whole app, then makes the output folder hold what it declares: files whose content changed are replaced,
   * files of earlier runs that are no longer declared are deleted, and everything else is left alone. Nothing is written
   * when something is wrong.
   * @throws an error that lists every problem of the app
   * @throws MESH017 when a file that no earlier run wrote is in the way
   */
  public synth(): void {
    this.output = this.render();
    const plain = this.plainFiles();
    this.changes = writeOutput(this.outdir, this.output);
    plain.forEach((files, outdir) => writePrivate(outdir, files));
  }

  /**
   * What the last `synth` did, in words, for people: the folders, the VIPs, and what to do next. Before a synth, what
   * it would hold.
   * @throws as `synth`
   */
  public summary(): string {
    return summaryOf(this, this.output ?? this.render(), this.changes);
  }

  /** Files with private keys, by the folder that they are for. */
  private plainFiles(): Map<string, Map<string, string>> {
    const folders = new Map<string, Map<string, string>>();
    for (const cluster of this.node.children.filter(MeshCluster.isMeshCluster)) {
      const plain = cluster.trust?._delivery.plain;
      if (!plain) {continue;}
      refuseNear(this.outdir, plain.outdir);
      // The folder of the last one that is gone is emptied too.
      const gone = cluster._hasReached(RetirementStep.CA);
      const files = gone ? [] : plain.files({ cluster: cluster.clusterName, namespace: cluster.istioNamespace });
      folders.set(plain.outdir, new Map([...folders.get(plain.outdir) ?? [], ...files]));
    }
    return folders;
  }

  private render(): Output {
    const nodes = this.node.findAll();
    const problems = [...new Set(nodes.flatMap(node => node.node.validate()))].sort();
    if (problems.length > 0) {throw new MeshErrors(problems);}
    // Some constructs are made of others, and complete when these are validated.
    return outputOf(this.node.findAll());
  }
}

/** Secrets in the clear and what is for Git share no folder: each writer would delete the files of the other, and Git would see keys. */
function refuseNear(outdir: string, secrets: string): void {
  const [ours, theirs] = [outdir, secrets].map(folder => resolve(folder) + sep);
  if (!ours.startsWith(theirs) && !theirs.startsWith(ours)) {return;}
  throw new MeshError({
    code: MeshErrorCode.DELIVERY, where: 'MeshTrust.plain', what: 'secrets in the clear would stand in or around the output folder', got: secrets, expected: `a folder apart from ${outdir}`, fix: "leave outdir out, or name a folder such as 'plain-secrets'",
  });
}

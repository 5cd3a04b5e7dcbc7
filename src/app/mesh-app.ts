import { basename, dirname } from 'path';
import { App } from 'cdk8s';
import { IConstruct } from 'constructs';
import { closedAtOnce } from './closed-at-once';
import { outputOf } from './output';
import { refuseSharedFolders } from './separate-folders';
import { skippedSteps } from './skipped-steps';
import { summaryOf } from './summary';
import { MeshErrors } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { Problem, problemText } from '../errors/problem';
import { problemsIn, warningsIn } from '../errors/reports';
import { FolderRelation, folderRelation } from '../files/folder-relation';
import { MeshCluster } from '../mesh/cluster';
import { RetirementStep } from '../mesh/retirement';
import { checkedOptions } from '../options/checked';
import { text } from '../options/kinds';
import { optional, schema } from '../options/schema';
import { INSTALL_FOLDER } from '../output/folder-names';
import { Changes, writeOutput } from '../output/folder-writer';
import { OutputFiles } from '../output/output-files';
import { CA_FOLDER, WRITES_PLAIN_SECRETS } from '../trust/delivery';

/** Settings of a `MeshApp`. */
export interface MeshAppProps {
  /**
   * Output folder. It belongs to this app: two apps that share a folder delete each other's files.
   * @default - the environment variable CDK8S_OUTDIR, which `cdk8s synth` sets, or "dist"
   */
  readonly outdir?: string;
}

export const MESH_APP_PROPS = schema<MeshAppProps>({ outdir: optional(text) });

/**
 * A cdk8s app that writes a mesh as folders: one folder for each cluster, with a file for each object, and install values in
 * `install/`.
 *
 * @example
 * const app = new MeshApp();
 * const mesh = new Mesh(app, 'mesh', { istio: IstioRelease.V1_31 });
 * mesh.addCluster('cluster1');
 * app.synth();
 */
export class MeshApp extends App {
  private output?: OutputFiles;
  private changes?: Changes;

  /**
   * Makes an app that writes nothing until `synth`.
   * @param props the output folder, and what is written into it
   */
  public constructor(props: MeshAppProps = {}) {
    super({ outdir: checkedOptions(MESH_APP_PROPS, props, 'MeshApp').outdir });
    WRITES_PLAIN_SECRETS.set(this, true);
  }

  /** Every mistake that the app shows, as data. `synth` throws when there is one. */
  public get problems(): Problem[] {
    return problemsIn(this.node.findAll());
  }

  /**
   * What works and deserves a second look, as data, after a `synth` also what it removed. Warnings never stop a synth; `synth`
   * prints them.
   */
  public get warnings(): Problem[] {
    return this.warningsOf(this.node.findAll());
  }

  private get clusters(): MeshCluster[] {
    return this.node.children.filter(MeshCluster.isMeshCluster);
  }

  /**
   * Checks the whole app, then makes the output folder hold what the app declares. Files whose content changed are replaced,
   * files of earlier runs that are no longer declared are deleted, and other files are left alone. No file is written when
   * there is a problem. Warnings are printed to the standard error.
   * @throws MeshErrors with every problem of the app, MESH017 when a file that no earlier run wrote is in the way, MESH033 when folders
   * of secrets, of `istio-mesh ca` and of the output share files, MESH038 when the retirement of a cluster skips a step whose objects the
   * output folder still holds, MESH055 when the system refuses a path
   */
  public synth(): void {
    const nodes = this.node.findAll();
    this.output = render(nodes);
    this.refuseSharedFolders(this.output, nodes);
    this.refuseSkippedSteps();
    const plain = this.plainFiles();
    this.changes = writeOutput(this.outdir, this.output, plain);
    this.warningsOf(nodes).forEach(warning => console.warn(`warning: ${problemText(warning)}`));
  }

  /**
   * Text for people: what the last `synth` wrote, the VIPs, warnings and the next steps. Before a synth, what a synth would
   * write.
   * @returns the text, of several lines
   * @throws what `synth` throws
   */
  public summary(): string {
    return summaryOf(this, this.output ?? render(this.node.findAll()), { changes: this.changes, warnings: this.warnings });
  }

  /** Throws when the output folder shows that a step of a retirement is skipped. */
  private refuseSkippedSteps(): void {
    const problems = skippedSteps(this.outdir, this.clusters);
    if (problems.length > 0) {
      throw new MeshErrors(problems);
    }
  }

  /** Throws when folders that the program names share files. */
  private refuseSharedFolders(output: OutputFiles, nodes: IConstruct[]): void {
    const deliveries = this.clusters.flatMap(({ trust }) => trust === undefined ? [] : [trust._delivery]);
    refuseSharedFolders(this.outdir, output, {
      plain: [...new Set(deliveries.flatMap(({ plain }) => plain?.outdir ?? []))],
      pki: [...new Set([
        ...deliveries.flatMap(({ directory }) => directory ?? []),
        ...nodes.flatMap(node => CA_FOLDER.of(node) ?? []),
      ])],
    });
  }

  /** Files with private keys, by the folder that they are for. */
  private plainFiles(): Map<string, OutputFiles> {
    const folders = new Map<string, OutputFiles>();
    for (const cluster of this.clusters) {
      const plain = cluster.trust?._delivery.plain;
      if (plain) {
        // Two spellings of one folder: as two folders, each would delete the files of the other.
        const folder = [...folders.keys()].find(known => folderRelation(known, plain.outdir) === FolderRelation.SAME) ?? plain.outdir;
        // The folder of the last cluster whose CA is removed is emptied too.
        const isRemoved = cluster._hasReached(RetirementStep.CA);
        const files = isRemoved ? [] : plain.files({ cluster: cluster.clusterName, namespace: cluster.istioNamespace });
        const output = folders.get(folder) ?? new OutputFiles();
        output.add(files);
        folders.set(folder, output);
      }
    }
    return folders;
  }

  /** Clusters whose files the last synth removed, since the program no longer declares them. */
  private removedClusters(): Problem[] {
    const counts = new Map<string, number>();
    for (const path of this.changes?.removed ?? []) {
      const [folder, inner] = path.split('/');
      const name = folder === INSTALL_FOLDER ? inner : folder;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    // Only the folder of a cluster has install values.
    const installed = new Set(
      (this.changes?.removed ?? []).flatMap(path => dirname(dirname(path)) === INSTALL_FOLDER ? basename(dirname(path)) : []),
    );
    const removed = [...counts].filter(([name]) => installed.has(name) && this.node.tryFindChild(name) === undefined);
    return removed.map(([name, count]) => ({
      code: MeshErrorCode.CLUSTER_REMOVED,
      where: `cluster ${name}`,
      what: `removed, ${count} ${count === 1 ? 'file' : 'files'}`,
      fix: 'retire a cluster in steps, so that no caller is cut off; restore it in the program if this was not meant',
    }));
  }

  private warningsOf(nodes: IConstruct[]): Problem[] {
    return [...warningsIn(nodes), ...this.removedClusters(), ...closedAtOnce(this.changes?.removed ?? [])];
  }
}

/** Returns the files of an app. Throws when a check of it finds a problem. */
function render(nodes: IConstruct[]): OutputFiles {
  const problems = problemsIn(nodes);
  if (problems.length > 0) {
    throw new MeshErrors(problems);
  }
  return outputOf(nodes);
}

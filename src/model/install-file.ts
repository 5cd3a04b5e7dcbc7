/** The release of a Helm chart that a file holds the values of. */
export interface HelmInstallation {
  /** The chart, of Istio's own repository. */
  readonly chart: string;
  /** The name of the release. */
  readonly name: string;
  /** The namespace that it is installed into. */
  readonly namespace: string;
}

/** A file of install values, to be written outside the folder that is applied to the cluster. */
export interface InstallFile {
  /** The file's name. It ends in `.yml`, so `cdk8s synth --stdout`, which pipes `*.yaml`, leaves it out. */
  readonly name: string;
  /** What it holds, as plain data. */
  readonly content: { [key: string]: any };
  /**
   * What it is installed as.
   * @default - it holds no values of a Helm chart
   */
  readonly helm?: HelmInstallation;
}

/** Helm release that the values in a file are for. */
export interface HelmInstallation {
  /** Name of the chart in Istio's own repository. */
  readonly chart: string;
  /** Name of the Helm release. */
  readonly name: string;
  /** Namespace of the Helm release. */
  readonly namespace: string;
}

/** File of install values. It is written outside of the folder that is applied to the cluster. */
export interface InstallFile {
  /** Name of the file. It ends in `.yml`, so that `cdk8s synth --stdout`, which prints `*.yaml`, leaves the file out. */
  readonly name: string;
  /** Content as plain data. */
  readonly content: { [key: string]: any };
  /**
   * Helm release that the content is for.
   * @default - the content is not for a Helm release
   */
  readonly helm?: HelmInstallation;
}

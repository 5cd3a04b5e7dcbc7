/** A file of install values, to be written outside the folder that is applied to the cluster. */
export interface InstallFile {
  /** The file's name. It ends in `.yml`, so `cdk8s synth --stdout`, which pipes `*.yaml`, leaves it out. */
  readonly name: string;
  /** What it holds, as plain data. */
  readonly content: { [key: string]: any };
}

import { callerArgument } from './caller-findings';
import { liveFindings } from './live-findings';
import { liveMesh, LiveOptions } from './live-mesh';
import { meshIn } from '../../written/mesh';
import { folderArgument, readFolder } from '../../written/read-folder';
import { Environment, SYSTEM_ENVIRONMENT } from '../ca/environment';
import { checkMesh, CheckOptions, printReport } from '../check/check';
import { withProgress } from '../progress';

/** Options of `check --live`. */
export interface CheckLiveOptions extends CheckOptions, LiveOptions {
  /** Pods that call every import that they see, as CLUSTER/NAMESPACE/POD. */
  readonly from: string[];
  /** Whether gateways are connected to from where the command runs. */
  readonly connect: boolean;
}

/**
 * Prints what is wrong in written folders and in the running clusters beside them, and returns the exit code: 1 where there is an error, or
 * a cluster cannot be read.
 * @throws MESH085 for a folder that cannot be read, MESH106 for contexts or pods that are none
 */
export async function checkLive(options: CheckLiveOptions, environment: Environment = SYSTEM_ENVIRONMENT): Promise<number> {
  const mesh = meshIn(options.folders.map(folder => readFolder(folderArgument(folder))));
  const live = liveMesh(mesh, options);
  const callers = options.from.map(callerArgument);
  const names = [...live.keys()].join(', ');
  let part = '';
  const findings = await withProgress(() => `reading ${names}: ${part} ...`, () => liveFindings(mesh, live, {
    callers,
    pki: options.pki,
    within: options.within,
    now: environment.now(),
    connects: options.connect,
    report: begun => {
      part = begun;
    },
  }));
  const report = checkMesh(mesh, options, environment, findings);
  return printReport({ ...report, live: live.size }, options.output);
}

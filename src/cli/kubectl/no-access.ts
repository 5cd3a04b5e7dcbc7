import type { ExecFileException } from 'child_process';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import type { Problem } from '../../errors/problem';

const RIGHTS_PAGE = 'docs/reference/istio-mesh.md#rights';

/** What users change, by what kubectl prints. */
const FIXES: { readonly says: RegExp; readonly fix: string }[] = [
  { says: /context .*(not found|does not exist)|no context exists/i, fix: 'write the name as "kubectl config get-contexts" prints it' },
  { says: /Forbidden|forbidden/, fix: `ask for the rights in ${RIGHTS_PAGE}` },
  { says: /Unauthorized|must be logged in|credentials|exec: executable|getting credentials/i, fix: 'log in to the cluster again' },
  { says: /container .* not found|container not found|no process of container/i, fix: 'look why the container does not run' },
];

/** Where a cluster is read from, for messages. */
export interface Reached {
  readonly cluster: string;
  readonly context: string;
}

/** A cluster that kubectl cannot read, or a command that fails in a pod. */
export class NoAccess extends Error {
  public readonly problem: Problem;

  public constructor({ cluster, context }: Reached, what: string, reason: string) {
    super(reason);
    this.name = 'NoAccess';
    this.problem = {
      code: MeshErrorCode.CLUSTER_ACCESS,
      where: `${cluster}, context ${context}`,
      what: `kubectl cannot ${what}`,
      got: reason,
      fix: FIXES.find(({ says }) => says.test(reason))?.fix ?? `see whether "kubectl --context ${context} get namespaces" works`,
    };
  }
}

/** The problems of what kubectl could not do; any other error is thrown again. */
export function noAccessProblem(error: unknown): Problem {
  if (error instanceof NoAccess) {
    return error.problem;
  }
  throw error;
}

/** Why kubectl failed: the last line that it printed, or why it did not start or end. */
export function accessProblem(program: string, error: ExecFileException, stderr: string): string {
  if (error.killed) {
    return 'no answer in time';
  }
  const lines = stderr.split('\n').map(line => line.trim()).filter(line => line !== '' && !/^[EIW]\d{4} /.test(line));
  const [last] = lines.slice(-1);
  return lines.find(line => /^(error|Error|Unable)/.test(line)) ?? last ?? `${program} ended with ${error.code ?? error.signal}`;
}

import { execFile } from 'child_process';
import { accessProblem, NoAccess } from './no-access';
import { objectsIn } from '../../checks/content';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { isDnsName } from '../../names';

/** Largest answer. The dump of a proxy with ten thousand endpoints has about 60 MB. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Programs that run at a time for one cluster. */
const AT_A_TIME = 6;

/** Milliseconds after which kubectl is ended, and after which it gives up a request by itself. */
const TIMEOUT = 120_000;
const REQUEST_TIMEOUT = '60s';

/** How the user reaches clusters. */
export interface KubectlOptions {
  /** Program. */
  readonly kubectl: string;
  /** File of contexts; kubectl finds it by itself otherwise. */
  readonly kubeconfig?: string;
}

/** A container of a pod. */
export interface PodContainer {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** An object as the cluster returns it, whose fields nobody has checked. */
export type LiveObject = any;

/** A cluster, read through the user's own kubectl: whatever plugin or login it uses works here too. Nothing is ever written. */
export class Kubectl {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param cluster name of the cluster in the mesh
   * @param context context of the kubeconfig
   */
  public constructor(public readonly cluster: string, public readonly context: string, private readonly options: KubectlOptions) {}

  /**
   * The objects that `kubectl get` finds. What does not exist is left out, also kinds that the cluster does not know.
   * @throws NoAccess where kubectl fails
   */
  public async get(what: string, ...args: string[]): Promise<LiveObject[]> {
    return itemsIn(await this.run(what, ['get', ...args, '--output=json', '--ignore-not-found']));
  }

  /**
   * The objects of the cluster that have the kinds, namespaces and names of these. The cluster is asked for each by itself,
   * and says who wrote which field.
   * @throws NoAccess where kubectl fails for another reason than a kind that the cluster does not know
   */
  public async getSame(what: string, objects: object[]): Promise<LiveObject[]> {
    if (objects.length === 0) {
      return [];
    }
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const flags = ['--filename=-', '--output=json', '--ignore-not-found', '--show-managed-fields'];
    return itemsIn(await this.run(what, ['get', ...flags], list));
  }

  /**
   * The JSON that a path of the API server returns.
   * @throws NoAccess where kubectl fails
   */
  public async raw(what: string, path: string): Promise<LiveObject> {
    return parsed(await this.run(what, ['get', `--raw=${path}`]), what, this);
  }

  /**
   * What a command prints in a container of a pod.
   * @throws NoAccess where the command fails
   */
  public async exec({ namespace, pod, container }: PodContainer, ...command: string[]): Promise<string> {
    const what = `run ${command[0]} in pod ${namespace}/${pod}`;
    const isName = [namespace, pod, container].every(isDnsName);
    if (!isName) {
      throw new NoAccess(this, what, 'a name that no pod has');
    }
    return this.run(what, ['exec', `--namespace=${namespace}`, pod, `--container=${container}`, '--', ...command]);
  }

  /** JSON that a command prints in a container of a pod. */
  public async execJson(place: PodContainer, ...command: string[]): Promise<LiveObject> {
    return parsed(await this.exec(place, ...command), `run ${command.join(' ')} in pod ${place.namespace}/${place.pod}`, this);
  }

  private async run(what: string, args: string[], input?: string): Promise<string> {
    if (this.running >= AT_A_TIME) {
      await new Promise<void>(resolve => {
        this.waiting.push(resolve);
      });
    }
    this.running++;
    try {
      return await this.started(what, args, input);
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  private started(what: string, args: string[], input?: string): Promise<string> {
    const { kubectl, kubeconfig } = this.options;
    const flags = [...kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`], `--context=${this.context}`,
      ...args[0] === 'exec' ? [] : [`--request-timeout=${REQUEST_TIMEOUT}`]];
    return new Promise<string>((resolve, reject) => {
      const child = execFile(kubectl, [...flags, ...args], { maxBuffer: MAX_BYTES, timeout: TIMEOUT }, (error, stdout, stderr) => {
        if (error?.code === 'ENOENT' || error?.code === 'EACCES') {
          reject(notStarted(kubectl, String(error.code)));
        } else if (error === null || isUnknownKind(stderr)) {
          resolve(stdout);
        } else {
          reject(new NoAccess(this, what, accessProblem(kubectl, error, stderr)));
        }
      });
      // A program that ends before it reads its input closes the pipe; how it ended says why.
      child.stdin?.on('error', () => undefined).end(input);
    });
  }
}

function notStarted(program: string, got: string): MeshError {
  return new MeshError({
    code: MeshErrorCode.CLUSTER_ACCESS,
    where: program,
    what: 'the program that reads the clusters cannot be started',
    got,
    fix: 'install kubectl, or name it with --kubectl',
  });
}

/** What kubectl prints where a cluster does not know a kind. */
const UNKNOWN_KIND = /no matches for kind|doesn't have a resource type|could not find the requested resource/;

/** Whether all that failed is that the cluster does not know a kind: then it has no objects of it. */
function isUnknownKind(stderr: string): boolean {
  const lines = stderr.split('\n').filter(line => line.trim() !== '');
  return lines.length > 0 && lines.every(line => UNKNOWN_KIND.test(line));
}

function itemsIn(text: string): LiveObject[] {
  if (text.trim() === '') {
    return [];
  }
  const data = JSON.parse(text);
  return Array.isArray(data.items) ? objectsIn(data.items) : [data];
}

function parsed(text: string, what: string, kubectl: Kubectl): LiveObject {
  try {
    return JSON.parse(text);
  } catch {
    throw new NoAccess(kubectl, what, `an answer that is no JSON: ${text.slice(0, 80)}`);
  }
}

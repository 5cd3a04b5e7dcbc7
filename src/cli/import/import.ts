import { writeFileSync } from 'fs';
import { converted } from './convert';
import { GivenGateway } from './draft/owners';
import { argumentError, clusterArgument, readInputs } from './input/inputs';
import { liveFiles } from './input/kubectl';
import { programText } from './program/print';
import type { Conversion } from './refine';
import { isComplete, reportJson, reportText } from './report';
import { MeshError } from '../../errors/mesh-error';
import { MeshErrorCode } from '../../errors/mesh-error-code';
import { withFileErrors } from '../../files/file-errors';
import { GatewayAddress } from '../../model/gateway-address';
import { IstioRelease } from '../../model/istio-release';
import { domainName } from '../../names';
import { counted } from '../counted';
import { clustersOf } from '../kubectl/contexts';
import type { KubectlOptions } from '../kubectl/kubectl';

/** Options of `import`. */
export interface ImportOptions extends KubectlOptions {
  readonly paths: readonly string[];
  readonly contexts: string[];
  readonly gateways: readonly string[];
  /** Release that the program is for. */
  readonly istio: string;
  readonly suffix?: string;
  /** File that the program is written to; by default it is printed. */
  readonly out?: string;
  readonly output: string;
}

/**
 * Writes existing manifests as a program, reports what became of each of them, and returns the exit code: 1 where something is not
 * expressed. Nothing is overwritten.
 * @throws MESH100 for arguments that name no cluster, MESH102 for a file that exists, MESH106 where kubectl cannot read, MESH085 and
 * MESH086 for files that cannot be read, MESH008 for an unsupported release
 */
export async function importManifests(options: ImportOptions): Promise<number> {
  const { version: release } = IstioRelease.of(options.istio);
  const suffix = options.suffix === undefined ? undefined : domainName(options.suffix, 'DNS suffix', '--suffix');
  const gateways = options.gateways.map(givenGateway);
  const { paths, contexts } = options;
  const inputs = readInputs(paths, contexts.length > 0 ? await liveFiles(clustersOf(contexts, options)) : []);
  const conversion = converted(inputs, { release, gateways, suffix });
  const program = programText(conversion.statements, headOf(conversion));
  if (options.out !== undefined) {
    writeNew(options.out, program);
  }
  if (options.output === 'json') {
    console.log(JSON.stringify(reportJson(conversion, program, [...inputs.clusters.keys()]), null, 2));
  } else {
    if (options.out === undefined) {
      console.log(program);
    }
    console.error(reportText(conversion));
  }
  return isComplete(conversion) ? 0 : 1;
}

/** What a person reads first in the program. */
function headOf({ ledger, problems }: Conversion): string[] {
  const missing = ledger.all.filter(({ fate }) => fate === 'not expressed').length;
  return [
    'Written by istio-mesh import from existing manifests. Compare the first synth with them before you apply it.',
    ...missing > 0 ? [`Not expressed: ${counted(missing, 'object')}. The report of the command says which, and why.`] : [],
    ...problems.length > 0
      ? [`A synth writes nothing until ${problems.length === 1 ? 'a problem is' : `${problems.length} problems are`} corrected.`] : [],
  ];
}

/** Writes a file that does not exist yet. */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      withFileErrors(path, () => {
        throw error;
      });
    }
    throw new MeshError({
      code: MeshErrorCode.PROGRAM_EXISTS,
      where: `--out ${path}`,
      what: 'a file is there already, and nothing is overwritten',
      fix: 'name another file, or move this one away',
    });
  }
}

function givenGateway(argument: string): GivenGateway {
  const where = '--gateway';
  const [cluster, text] = clusterArgument(where, argument, 'cluster2=203.0.113.20');
  const [, address, port] = /^\[?(.+?)\]?(?::(\d{1,5}))?$/.exec(isIpv6(text) ? `[${text}]` : text) ?? [];
  if (address === undefined) {
    throw argumentError(where, 'this names no address', argument, 'write CLUSTER=ADDRESS or CLUSTER=ADDRESS:PORT');
  }
  const gateway = GatewayAddress.of(address, port === undefined ? {} : { port: Number(port) });
  return { cluster, address: gateway.address, port: gateway.port };
}

/** Whether a text is an IPv6 address without brackets, whose last part is no port. */
function isIpv6(text: string): boolean {
  return !text.startsWith('[') && text.split(':').length > 2;
}

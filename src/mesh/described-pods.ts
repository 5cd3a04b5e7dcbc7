import type { ExportStatefulSetOptions } from './exported-stateful-set';
import { MeshError } from '../errors/mesh-error';
import { MeshErrorCode } from '../errors/mesh-error-code';
import { podName } from '../names';

/** A pod of a StatefulSet as an export describes it: its name, and whether its export is about to close. */
export interface DescribedPod {
  readonly name: string;
  readonly retire: boolean;
}

/** Each pod has objects of its own in every importing cluster, so a larger number is a mistake. */
const MOST_PODS = 1000;

/**
 * The pods of the export of a StatefulSet, by ordinal.
 * @throws MESH004 for no pods, MESH077 for too many pods and for ordinals that no pod has
 */
export function describedPods(
  statefulSet: string,
  { replicas, firstOrdinal = 0, retireLast = 0, retire = false }: ExportStatefulSetOptions,
  where: string,
): DescribedPod[] {
  const refuse = (option: string, got: number, what: string, expected: string, code = MeshErrorCode.STATEFUL_SET) => {
    throw new MeshError({ code, where, what, got, expected: `${option}: a whole number, ${expected}`, fix: `correct ${option}` });
  };
  if (!isWhole(replicas, 1)) {
    refuse('replicas', replicas, 'a StatefulSet without pods', 'at least 1', MeshErrorCode.EMPTY);
  }
  if (replicas > MOST_PODS) {
    refuse('replicas', replicas, 'more pods than one export takes', `at most ${MOST_PODS}`);
  }
  if (!isWhole(firstOrdinal, 0)) {
    refuse('firstOrdinal', firstOrdinal, 'an ordinal that no pod has', 'at least 0');
  }
  if (!isWhole(retireLast, 0) || retireLast > replicas) {
    refuse('retireLast', retireLast, 'a number of pods that cannot retire', `at most the ${replicas} of replicas`);
  }
  return Array.from(
    { length: replicas },
    (_, i) => ({ name: podName(statefulSet, firstOrdinal + i), retire: retire || i >= replicas - retireLast }),
  );
}

function isWhole(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

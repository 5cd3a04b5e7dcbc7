import { objectAt } from '../../../checks/content';
import { LIBRARY, MANAGED_BY, PART_OF, Strings } from '../../../objects/common-metadata';
import type { Manifest } from '../../../written/manifest';
import type { Inputs } from '../input/inputs';

/** What all objects that this library wrote have in common. */
export interface CommonDraft {
  /** Name of the mesh. */
  readonly meshId?: string;
  readonly labels: Strings;
  readonly annotations: Strings;
}

/** Whether this library wrote an object. */
export function isOfLibrary({ content }: Manifest): boolean {
  return objectAt(objectAt(content.metadata).labels)[MANAGED_BY] === LIBRARY;
}

/** The labels and annotations that a mesh gives to its objects. */
export function commonMetadataIn({ clusters }: Inputs): CommonDraft {
  const own = [...clusters.values()].flatMap(({ manifests }) => manifests.filter(isOfLibrary));
  const all = shared(own, 'labels');
  // istiod reads the labels of these for endpoints, so they have none of a program.
  const { [MANAGED_BY]: _, [PART_OF]: __, ...labels } = shared(own.filter(({ kind }) => kind !== 'WorkloadEntry'), 'labels');
  return { ...all[PART_OF] !== undefined && { meshId: all[PART_OF] }, labels, annotations: shared(own, 'annotations') };
}

function shared(manifests: readonly Manifest[], field: 'labels' | 'annotations'): Strings {
  const [first, ...others] = manifests.map(({ content }) => objectAt(objectAt(content.metadata)[field]));
  return Object.fromEntries(Object.entries<string>(first ?? {}).filter(([key, value]) => others.every(other => other[key] === value)));
}

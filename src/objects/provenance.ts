import { ApiObject, ApiObjectProps, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { CommonMetadata, commonMetadata, commonMetadataOf, withCommonMetadata } from './common-metadata';
import { Mark } from './mark';

/** How our part of an object that others write to is told from theirs, and taken out. */
export type SharedPart =
  /** A key of ours in a map. */
  | { readonly path: string; readonly ours: string }
  /** A text that holds theirs and ours, and the same without ours. */
  | { readonly path: string; readonly merged: string; readonly without: string }
  /** An element of a list, by its name. */
  | { readonly path: string; readonly element: string };

/** What this library knows of an object that one of its constructs made. */
export interface Provenance {
  /** Whether the content comes from this library alone, so that the checks of foreign objects pass it over. */
  readonly isOwnContent?: boolean;
  /** Whether a clean-up of the cluster removes the object. */
  readonly isCleanedUp?: boolean;
  /** Our part of the object, where others write to it too: a clean-up takes this part out, and the object stays. */
  readonly sharedPart?: SharedPart;
  /** Whether the author of the object asked for a private key in it, by name. */
  readonly mayHoldPrivateKey?: boolean;
}

const PROVENANCE = new Mark<Provenance>('Object');
const LISTENERS = new Mark<CleanedUpListener[]>('CleanedUpListeners');

/** Listener for changes of the objects of a chart that a clean-up removes. */
export interface CleanedUpListener {
  /** Called for each object: those that exist, and each one that is added. */
  readonly onAdded: (object: ApiObject) => void;
  /** Called after a construct was removed from the chart together with its objects. */
  readonly onRemoved: () => void;
}

/** Adds facts to what is known of an object. An object that others write to is no `OwnObject`, so it has no label of this library. */
export function mark<T extends ApiObject>(object: T, facts: Provenance): T {
  const known = PROVENANCE.of(object);
  PROVENANCE.set(object, known ? { ...known, ...facts } : facts);
  if (facts.isCleanedUp) {
    LISTENERS.of(object.chart)?.forEach(({ onAdded }) => onAdded(object));
  }
  return object;
}

/** What is known of an object; nothing of one that this library did not make. */
export function provenanceOf(object: ApiObject): Provenance {
  return PROVENANCE.of(object) ?? {};
}

/** The namespace of an object. Metadata of this library's objects is created when it is read, which this function avoids. */
export function namespaceOf(object: ApiObject): string | undefined {
  return (object as { readonly _namespace?: string })._namespace ?? object.metadata.namespace;
}

/** Calls a listener whenever the objects of a chart that a clean-up removes change, and at once for those that exist. */
export function onCleanedUp(chart: Chart, listener: CleanedUpListener): void {
  cleanedUpIn(chart).forEach(listener.onAdded);
  LISTENERS.set(chart, [...LISTENERS.of(chart) ?? [], listener]);
}

/** The objects of a chart that a clean-up removes. */
export function cleanedUpIn(chart: Chart): ApiObject[] {
  return chart.node.findAll().filter(
    (node): node is ApiObject => ApiObject.isApiObject(node) && node.chart === chart && provenanceOf(node).isCleanedUp === true,
  );
}

/**
 * Adds a construct, or nothing at all when its constructor throws, so that a mistake that a program catches leaves no part of
 * the construct behind.
 */
export function addWhole<T extends Construct>(scope: Construct, id: string, construct: (scope: Construct, id: string) => T): T {
  const isTaken = scope.node.tryFindChild(id) !== undefined;
  try {
    return construct(scope, id);
  } catch (error) {
    // A construct that had the id before is somebody else's.
    if (!isTaken) {
      scope.node.tryRemoveChild(id);
      LISTENERS.of(Chart.of(scope))?.forEach(({ onRemoved }) => onRemoved());
    }
    throw error;
  }
}

/** What is known of most objects: one value for all of them, since a large mesh has hundreds of thousands. */
const OWN_AND_CLEANED_UP: Provenance = { isOwnContent: true, isCleanedUp: true };

/** An object that this library makes. In the folder of a cluster, a clean-up removes it, unless its facts say otherwise. */
export class MarkedObject extends ApiObject {
  /** @param facts what else is known of the object; by default, that a clean-up removes it */
  public constructor(scope: Construct, id: string, props: ApiObjectProps, facts?: Provenance) {
    super(scope, id, props);
    mark(this, facts ? { isOwnContent: true, ...facts } : OWN_AND_CLEANED_UP);
  }
}

/**
 * An object that this library makes, with the labels and annotations that all of them have. Its content comes from this library alone,
 * unless its facts say otherwise. In the folder of a cluster, a clean-up removes it.
 */
export class OwnObject extends MarkedObject {
  /**
   * @param facts what else is known of the object; by default, that a clean-up removes it
   * @param outside labels and annotations where the chart is no cluster
   */
  public constructor(scope: Construct, id: string, props: ApiObjectProps, facts?: Provenance, outside?: CommonMetadata) {
    const common = commonMetadataOf(props.kind, commonMetadata(Chart.of(scope), outside));
    super(scope, id, { ...props, metadata: withCommonMetadata(common, props.metadata) }, facts);
  }
}

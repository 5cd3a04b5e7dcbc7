import type { PlanWarning } from './plan-warnings';
import type { ForwardedZone } from './zone';
import type { SharedPart } from '../objects/provenance';

/** Object of a platform. */
export interface DnsObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** What is written for a platform: an object of the cluster, or a file. */
export interface DnsOutput {
  /** Object of the cluster; undefined when its current content is unknown, or the platform has no such object. */
  readonly object?: DnsObject;
  /** Plain data for a file beside the install values, for the owner of the platform. */
  readonly file?: { readonly [key: string]: unknown };
}

/** What is written to forward a zone on a platform. */
export interface DnsPlan extends DnsOutput {
  /** The part of the object that belongs to this library. */
  readonly part?: SharedPart;
  /** What is written after the zone was withdrawn. */
  readonly withdrawn: DnsOutput;
  /**
   * What the current content shows that is no obstacle.
   * @default - nothing
   */
  readonly warnings?: PlanWarning[];
}

/**
 * Makes the plan for a zone.
 * @throws CurrentContentError when the current content of the platform cannot take the zone
 */
export type DnsPlanner = (forwarded: ForwardedZone) => DnsPlan;

/** Plans with and without the current content of a platform. */
export interface ContentPlanners {
  /** Plan that adds the zone to the current content. */
  readonly merge: (current: string, forwarded: ForwardedZone) => DnsPlan;
  /** Instructions for the owner of the platform: an object without the current content would replace it. */
  readonly instruct: (forwarded: ForwardedZone) => Instructions;
}

/** What the owner of a platform adds by hand. */
export interface Instructions {
  /** Kind, namespace and name of the object. */
  readonly object: string;
  /** Key or field of the object. */
  readonly key: string;
  /** Content to add. */
  readonly add: unknown;
  /** Content that must stay. */
  readonly keep: string;
}

/** Returns the planner of a platform. `current` is the current content of its object; undefined when that is unknown. */
export function planner(current: string | undefined, { merge, instruct }: ContentPlanners): DnsPlanner {
  return forwarded => current === undefined ? instructionsPlan(instruct(forwarded)) : merge(current, forwarded);
}

function instructionsPlan({ object, key, add, keep }: Instructions): DnsPlan {
  const note = 'The current content was not given, so no object is written: it would take the place of what others put there.';
  return {
    file: { object, key, add, keep, note },
    withdrawn: { file: { object, key, remove: add, note: 'The zone is no longer answered: take out what was added.' } },
  };
}

/** Plan for a key of a ConfigMap whose text holds content of others too. */
export function sharedKeyPlan(name: string, key: string, merged: string, without: string): DnsPlan {
  return {
    object: configMap(name, { [key]: merged }),
    part: { path: `/data/${key}`, merged, without },
    withdrawn: { object: configMap(name, { [key]: without }) },
  };
}

/** ConfigMap of kube-system. */
export function configMap(name: string, data: { [key: string]: string }): DnsObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kube-system' }, data };
}

/** Returns the same plans after the zone was withdrawn. */
export function withdrawnPlanner(planFor: DnsPlanner): DnsPlanner {
  return forwarded => {
    const { withdrawn, part } = planFor(forwarded);
    return { ...withdrawn, part, withdrawn };
  };
}

import type { Zone } from './corefile-merge';
import type { SharedPart } from '../objects/provenance';

/** An object of a platform. */
export interface DnsObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: any;
}

/** What is written for a platform. */
export interface DnsPlan {
  /** The object; undefined when the platform's own content is not known, or it is no object of the cluster. */
  readonly object?: DnsObject;
  /** What of the object is ours. */
  readonly part?: SharedPart;
  /** Plain data for a file beside the install values, for whoever owns the platform. */
  readonly file?: { readonly [key: string]: any };
  /** The object or the file when the zone has been taken out again. */
  readonly withdrawn: { readonly object?: DnsObject; readonly file?: { readonly [key: string]: any } };
}

/** Makes the plan for a zone. Throws an Error that says what is wrong with the current content. */
export type PlanFor = (zone: Zone) => DnsPlan;

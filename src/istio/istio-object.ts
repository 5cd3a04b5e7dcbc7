import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { IstioKinds } from './wire';

/** The API versions that a generation of Istio serves. */
export interface ApiVersions {
  readonly networking: string;
  readonly security: string;
}

/** Where an object goes. */
export interface ObjectPlace {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Adds an Istio object whose spec is computed when the app is synthesized: only then are all exporters of a service
 * known, whatever the order of declaration.
 */
export function istioObject<K extends keyof IstioKinds>(
  scope: Construct, id: string, versions: ApiVersions, kind: K, place: ObjectPlace, spec: () => IstioKinds[K],
): ApiObject {
  const group = kind === 'AuthorizationPolicy' || kind === 'PeerAuthentication' ? versions.security : versions.networking;
  return new ApiObject(scope, id, {
    apiVersion: group,
    kind,
    metadata: { name: place.name, namespace: place.namespace },
    spec: Lazy.any({ produce: spec }),
  });
}

import { ApiObject, JsonPatch, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { IstioKinds } from './wire';
import { markOurs } from '../checks/declarations';

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
  const apiVersion = kind === 'AuthorizationPolicy' || kind === 'PeerAuthentication' ? versions.security : versions.networking;
  return new IstioObject(scope, id, apiVersion, kind, place, spec);
}

/**
 * An object whose spec is plain data, without tokens to resolve or values to sanitize: cdk8s would walk each spec
 * several times, which is most of the time of a large synth.
 */
class IstioObject extends ApiObject {
  private patched = false;

  public constructor(scope: Construct, id: string, apiVersion: string, kind: string, place: ObjectPlace, private readonly spec: () => unknown) {
    super(scope, id, { apiVersion, kind, metadata: { name: place.name, namespace: place.namespace }, spec: Lazy.any({ produce: spec }) });
    markOurs(this);
  }

  public addJsonPatch(...ops: JsonPatch[]): void {
    this.patched = true;
    super.addJsonPatch(...ops);
  }

  public toJson(): any {
    if (this.patched) {return super.toJson();}
    return { apiVersion: this.apiVersion, kind: this.kind, metadata: this.metadata.toJson(), spec: this.spec() };
  }
}

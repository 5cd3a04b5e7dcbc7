import { ApiObject, ApiObjectMetadata, ApiObjectMetadataDefinition, IAnyProducer, JsonPatch, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import type { IstioKinds } from './wire';
import { CommonMetadata, commonMetadata, commonMetadataOf, withCommonMetadata } from '../objects/common-metadata';
import { Mark } from '../objects/mark';
import { MarkedObject } from '../objects/provenance';

/** API versions that a generation of Istio serves. */
export interface ApiVersions {
  readonly networking: string;
  readonly security: string;
  /** Labels and annotations of objects outside of a mesh. */
  readonly metadata: CommonMetadata;
}

/** Name and namespace of an object. */
export interface ObjectPlace {
  readonly name: string;
  readonly namespace: string;
}

/** What specs are computed from, as far as this file reads it. */
export interface SpecSource {
  /** What a spec follows from, together with `addresses` and the place of its object; undefined where it follows from more. */
  readonly soleSource?: object;
  readonly addresses: string[];
}

/**
 * Adds an Istio object whose spec is computed when the app is synthesized, because exporters of a service may be declared after
 * its imports.
 */
export function istioObject<K extends keyof IstioKinds>(
  scope: Construct, id: string, versions: ApiVersions, kind: K, place: ObjectPlace, spec: () => IstioKinds[K],
): ApiObject {
  return new IstioObject(scope, id, apiVersionOf(kind, versions), kind, place, new LateSpec(spec, undefined), versions.metadata);
}

/** Adds an Istio object whose spec is computed from a model. A large mesh has many of them, so they hold no functions of their own. */
export function istioObjectFrom<K extends keyof IstioKinds, M extends SpecSource>(
  model: M, scope: Construct, id: string, versions: ApiVersions, kind: K, place: ObjectPlace, spec: (model: M) => IstioKinds[K],
): ApiObject {
  return new IstioObject(scope, id, apiVersionOf(kind, versions), kind, place, new LateSpec(spec, model), versions.metadata);
}

function apiVersionOf(kind: keyof IstioKinds, { networking, security }: ApiVersions): string {
  return kind === 'AuthorizationPolicy' || kind === 'PeerAuthentication' ? security : networking;
}

/** What the content of an object follows from: objects with the same source and the same key have equal content. */
export interface ContentSource {
  readonly source: object;
  readonly key: string;
}

/** Returns what the content of an object follows from, where that is cheaper to compare than the content; undefined elsewhere. */
export function contentSourceOf(object: ApiObject): ContentSource | undefined {
  return (object as Partial<IstioObject>)._contentSource;
}

/** A spec that is computed when it is needed. */
class LateSpec<M extends SpecSource | undefined> implements IAnyProducer {
  public constructor(private readonly spec: (model: M) => unknown, public readonly model: M) {}

  public produce(): unknown {
    return this.spec(this.model);
  }
}

/** Marks metadata that holds more than a name and a namespace, and that cdk8s therefore renders. */
const NEEDS_CDK8S = new Mark<true>('NeedsCdk8s');

/** Methods of cdk8s that change the metadata of an object. A test compares the list with cdk8s. */
const METADATA_MUTATORS = ['add', 'addAnnotation', 'addFinalizers', 'addLabel', 'addOwnerReference'] as const;

/**
 * Prototype of metadata whose methods also mark it. It takes the place of the prototype of cdk8s, since methods of its own would take
 * memory for each object.
 */
const MARKING_METADATA: object = Object.create(
  ApiObjectMetadataDefinition.prototype,
  Object.fromEntries(METADATA_MUTATORS.map(name => {
    const original = ApiObjectMetadataDefinition.prototype[name];
    const value = function (this: ApiObjectMetadataDefinition, ...added: unknown[]): void {
      NEEDS_CDK8S.set(this, true);
      Reflect.apply(original, this, added);
    };
    return [name, { value }];
  })),
);

/**
 * Object that renders itself without the general rendering of cdk8s, which takes most of the time of a large synth: cdk8s walks
 * each spec several times to resolve tokens and to remove empty values. A spec of this library is plain data that needs
 * neither. cdk8s still renders an object that a program patches, and metadata that a program changes.
 *
 * Its `metadata` is created when it is first read, with the labels and annotations that all objects of this library have. It would take a
 * third of the memory of the object, and few programs read it.
 */
class IstioObject extends MarkedObject {
  /** Metadata that something has read, or that has labels. cdk8s sets it before the other fields. */
  declare private knownMetadata?: ApiObjectMetadataDefinition;
  private isPatched = false;

  public constructor(
    scope: Construct,
    id: string,
    apiVersion: string,
    kind: string,
    private readonly place: ObjectPlace,
    private readonly late: LateSpec<any>,
    private readonly outside: CommonMetadata,
  ) {
    super(scope, id, { apiVersion, kind, metadata: place, spec: Lazy.any(late) });
    this.knownMetadata = undefined;
    if (Object.keys(this.chart.labels).length > 0) {
      NEEDS_CDK8S.set(this.metadata, true);
    }
  }

  /** @internal */
  public get _namespace(): string {
    return this.place.namespace;
  }

  /** @internal */
  public get _contentSource(): ContentSource | undefined {
    const { apiVersion, kind, place: { namespace, name } } = this;
    const model: SpecSource | undefined = this.late.model;
    const source = model?.soleSource;
    if (model === undefined || source === undefined || this.isPatched || this.needsCdk8s) {
      return undefined;
    }
    return { source, key: `${apiVersion} ${kind} ${namespace} ${name} ${model.addresses.join(' ')} ${numberOf(this.common)}` };
  }

  /**
   * Metadata as it is before a program changes it.
   * @internal
   */
  public get _declaredMetadata(): ApiObjectMetadata {
    const { labels, ...metadata } = withCommonMetadata(this.common, this.place);
    return { ...metadata, labels: { ...this.chart.labels, ...labels } };
  }

  private get common(): CommonMetadata {
    return commonMetadataOf(this.kind, commonMetadata(this.chart, this.outside));
  }

  public addJsonPatch(...ops: JsonPatch[]): void {
    this.isPatched = true;
    super.addJsonPatch(...ops);
  }

  public toJson(): any {
    if (this.isPatched) {
      return super.toJson();
    }
    const { apiVersion, kind, place: { name, namespace } } = this;
    return {
      apiVersion,
      kind,
      metadata: this.needsCdk8s ? this.metadata.toJson() : { ...this.common, name, namespace },
      spec: this.late.produce(),
    };
  }

  private get needsCdk8s(): boolean {
    return NEEDS_CDK8S.isOn(this.knownMetadata);
  }
}

/** Fields of an object that its `metadata` is made of. */
type LateMetadata = ApiObject & { knownMetadata?: ApiObjectMetadataDefinition; readonly _declaredMetadata: ApiObjectMetadata };

Object.defineProperty(IstioObject.prototype, 'metadata', {
  get(this: LateMetadata): ApiObjectMetadataDefinition {
    const metadata = () => new ApiObjectMetadataDefinition({ ...this._declaredMetadata, apiObject: this });
    this.knownMetadata ??= Object.setPrototypeOf(metadata(), MARKING_METADATA);
    return this.knownMetadata!;
  },
  set(this: LateMetadata, metadata: ApiObjectMetadataDefinition): void {
    this.knownMetadata = Object.setPrototypeOf(metadata, MARKING_METADATA);
  },
});

/** Numbers of common metadata: all objects of a chart have one, and charts often have equal ones. */
const NUMBERS = new WeakMap<CommonMetadata, number>();
const NUMBERS_BY_TEXT = new Map<string, number>();

/** Returns a number that equal common metadata share. */
function numberOf(common: CommonMetadata): number {
  const known = NUMBERS.get(common);
  if (known !== undefined) {
    return known;
  }
  const text = JSON.stringify(common);
  const number = NUMBERS_BY_TEXT.get(text) ?? NUMBERS_BY_TEXT.size;
  NUMBERS.set(common, number);
  NUMBERS_BY_TEXT.set(text, number);
  return number;
}

import { ApiObject, ApiObjectMetadataDefinition, App, Chart, JsonPatch } from 'cdk8s';
import { istioObject } from '../../src/istio/istio-object';

const VERSIONS = { networking: 'networking.istio.io/v1', security: 'security.istio.io/v1', metadata: {} };
const PLACE = { name: 'httpbin', namespace: 'foo' };
const SPEC = { hosts: ['httpbin.bar.global'] };

/** The same object twice: rendered by this library, and by cdk8s. */
function twins(labels?: { [key: string]: string }): { readonly ours: ApiObject; readonly plain: ApiObject } {
  const chart = new Chart(new App(), 'chart', { labels });
  return {
    ours: istioObject(chart, 'ours', VERSIONS, 'ServiceEntry', PLACE, () => SPEC),
    plain: new ApiObject(chart, 'plain', { apiVersion: VERSIONS.networking, kind: 'ServiceEntry', metadata: PLACE, spec: SPEC }),
  };
}

const OWNER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: '1' };

/** A call of each method of cdk8s that changes an object. */
const OBJECT_CHANGES: { [method: string]: (object: ApiObject) => void } = {
  addDependency: object => object.addDependency(object.chart),
  addJsonPatch: object => object.addJsonPatch(JsonPatch.add('/spec/location', 'MESH_EXTERNAL')),
};

/** A call of each method of cdk8s that changes the metadata of an object. */
const METADATA_CHANGES: { [method: string]: (object: ApiObject) => void } = {
  add: ({ metadata }) => metadata.add('generateName', 'a-'),
  addAnnotation: ({ metadata }) => metadata.addAnnotation('a', 'b'),
  addFinalizers: ({ metadata }) => metadata.addFinalizers('a.example/b', 'a.example/c'),
  addLabel: ({ metadata }) => metadata.addLabel('a', 'b'),
  addOwnerReference: ({ metadata }) => metadata.addOwnerReference(OWNER),
};

const READERS = ['constructor', 'getLabel', 'toJson'];

/** The members of a class of cdk8s that may change an instance: every method and accessor that is not known to read only. */
const changersOf = (type: { readonly prototype: object }) => Object.getOwnPropertyNames(type.prototype)
  .filter(name => !READERS.includes(name)).sort();

describe('an Istio object', () => {
  test.each([
    ['an object', ApiObject, OBJECT_CHANGES],
    ['metadata', ApiObjectMetadataDefinition, METADATA_CHANGES],
  ])('is tested with every method by which cdk8s changes %s, so that a newer cdk8s cannot add one unnoticed', (_, type, changes) => {
    expect(changersOf(type)).toEqual(Object.keys(changes).sort());
  });

  test.each(Object.entries({ ...OBJECT_CHANGES, ...METADATA_CHANGES }))('renders what %s adds as cdk8s does', (_, change) => {
    const { ours, plain } = twins();
    change(ours);
    change(plain);
    expect(ours.toJson()).toEqual(plain.toJson());
  });

  test.each([undefined, { team: 'mesh' }])('has the metadata that cdk8s creates, in a chart with the labels %j', labels => {
    const { ours, plain } = twins(labels);
    expect(ours.metadata.toJson()).toEqual(plain.metadata.toJson());
    expect(ours.metadata).toBeInstanceOf(ApiObjectMetadataDefinition);
    expect(ours.metadata).toBe(ours.metadata);
    expect((ours.metadata as any).apiObject).toBe(ours);
    expect({ ...ours.metadata, apiObject: undefined }).toEqual({ ...plain.metadata, apiObject: undefined });
  });

  test('renders several changes, and the labels of its chart, as cdk8s does', () => {
    const { ours, plain } = twins({ team: 'mesh' });
    expect(ours.toJson()).toEqual(plain.toJson());
    for (const change of Object.values({ ...OBJECT_CHANGES, ...METADATA_CHANGES })) {
      change(ours);
      change(plain);
      expect(ours.toJson()).toEqual(plain.toJson());
    }
  });

  test('is not rendered by cdk8s until it is changed', () => {
    const { ours } = twins();
    const general = jest.spyOn(ApiObjectMetadataDefinition.prototype, 'toJson');
    expect(ours.toJson()).toEqual({ apiVersion: VERSIONS.networking, kind: 'ServiceEntry', metadata: PLACE, spec: SPEC });
    expect(general).not.toHaveBeenCalled();
    ours.metadata.addLabel('a', 'b');
    expect(ours.toJson().metadata.labels).toEqual({ a: 'b' });
    expect(general).toHaveBeenCalledTimes(1);
    general.mockRestore();
  });
});

import * as fc from 'fast-check';
import { fileName } from '../../src/output/file-name';

const file = (apiVersion: string, kind: string, name: string, namespace?: string) => fileName(
  { apiVersion, kind, metadata: { name, namespace } },
);

describe('the name of the file of an object', () => {
  test('contains kind, group, namespace and name', () => {
    expect(
      file('networking.istio.io/v1', 'ServiceEntry', 'httpbin-bar', 'foo'),
    ).toBe('ServiceEntry.networking.istio.io_foo_httpbin-bar.yaml');
    expect(file('v1', 'Namespace', 'foo')).toBe('Namespace_foo.yaml');
  });

  test('differs for one name in two namespaces, and for one kind in two API groups', () => {
    expect(file('v1', 'Secret', 'a', 'b')).not.toBe(file('v1', 'Secret', 'a', 'c'));
    expect(file('networking.istio.io/v1', 'Gateway', 'a', 'b')).not.toBe(file('gateway.networking.k8s.io/v1', 'Gateway', 'a', 'b'));
  });

  test('is the same for two API versions of an object, which are one object to the API server', () => {
    expect(file('networking.istio.io/v1', 'Gateway', 'a', 'b')).toBe(file('networking.istio.io/v1alpha3', 'Gateway', 'a', 'b'));
  });

  test('encodes every character that could lead out of the folder', () => {
    expect(
      file('rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:node'),
    ).toBe('ClusterRole.rbac.authorization.k8s.io_system%3Anode.yaml');
    fc.assert(fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (name, namespace) => {
      const made = file('v1', 'Role', name, namespace);
      expect(made).toMatch(/^Role[A-Za-z0-9.%_-]*\.yaml$/);
      expect(made.length).toBeLessThanOrEqual(210);
    }), { numRuns: 1000 });
  });

  test('is shortened for names that are too long for a file system, and still differs', () => {
    const [one, two] = ['a', 'b'].map(end => file('v1', 'Role', 'x'.repeat(250) + end, 'y'.repeat(63)));
    expect(one.length).toBeLessThanOrEqual(210);
    expect(one).not.toBe(two);
  });

  test('differs for any two names', () => {
    const part = fc.stringMatching(/^[a-c_.%-]{1,4}$/);
    const object = fc.tuple(part, fc.option(part, { nil: undefined }));
    fc.assert(fc.property(object, object, ([a, b], [c, d]) => {
      fc.pre(a !== c || b !== d);
      expect(file('v1', 'Role', a, b)).not.toBe(file('v1', 'Role', c, d));
    }), { numRuns: 20_000 });
  });
});

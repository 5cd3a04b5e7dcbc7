import * as fc from 'fast-check';
import { isDnsLabel, isDnsName, objectName } from '../src/names';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const hyphened = fc.stringMatching(/^[ab](-{0,2}[ab]){0,4}$/);

describe('the name of an object', () => {
  test('is that of the guide', () => {
    expect(objectName('httpbin', 'bar')).toBe('httpbin-bar');
  });

  test('is readable for a namespace with a hyphen', () => {
    expect(objectName('reviews', 'team-a')).toBe('reviews--team-a');
    expect(objectName('product-page', 'default')).toBe('product-page-default');
  });

  test('differs for any two services', () => {
    const service = fc.tuple(hyphened, hyphened);
    fc.assert(fc.property(service, service, ([a, b], [c, d]) => {
      fc.pre(a !== c || b !== d);
      expect(objectName(a, b)).not.toBe(objectName(c, d));
    }), { numRuns: 20_000 });
  });

  test('is a DNS label for parts of any length, since Istio requires that of a Gateway', () => {
    fc.assert(fc.property(label, label, (service, namespace) => {
      expect(isDnsLabel(objectName(service, namespace, 'mesh-'))).toBe(true);
    }), { numRuns: 1000 });
  });
});

test('a DNS name is not numeric, and has at most 253 characters', () => {
  expect(['cluster.local', 'a', 'a-b.c1'].filter(name => !isDnsName(name))).toEqual([]);
  expect(['1.2.3', '1', '.', 'a.', 'a..b', 'A.b', 'a_b', `${'a.'.repeat(127)}`, 'a b', ''].filter(isDnsName)).toEqual([]);
});

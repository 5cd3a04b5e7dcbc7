import * as fc from 'fast-check';
import { isDnsLabel, isDnsName, objectName } from '../src/names';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const withHyphens = fc.stringMatching(/^[ab](-{0,2}[ab]){0,4}$/);

describe('the name of an object', () => {
  test('is the name that the guide uses', () => {
    expect(objectName('httpbin', 'bar')).toBe('httpbin-bar');
  });

  test('joins the parts by two hyphens if the namespace has a hyphen', () => {
    expect(objectName('reviews', 'team-a')).toBe('reviews--team-a');
    expect(objectName('product-page', 'default')).toBe('product-page-default');
  });

  test('is different for any two services', () => {
    const service = fc.tuple(withHyphens, withHyphens);
    fc.assert(fc.property(service, service, ([a, b], [c, d]) => {
      fc.pre(a !== c || b !== d);
      expect(objectName(a, b)).not.toBe(objectName(c, d));
    }), { numRuns: 20_000 });
  });

  test('is a DNS label, as Istio requires for a Gateway, also if its parts are long', () => {
    fc.assert(fc.property(label, label, (service, namespace) => {
      expect(isDnsLabel(objectName(service, namespace, 'mesh-'))).toBe(true);
    }), { numRuns: 1000 });
  });
});

test('a DNS name has at most 253 characters and is no number', () => {
  const valid = ['cluster.local', 'a', 'a-b.c1'];
  const invalid = ['1.2.3', '1', '.', 'a.', 'a..b', 'A.b', 'a_b', 'a.'.repeat(127), 'a b', ''];
  expect(valid.filter(name => !isDnsName(name))).toEqual([]);
  expect(invalid.filter(isDnsName)).toEqual([]);
});

import { writeFileSync } from 'fs';
import { join } from 'path';
import { App } from 'cdk8s';
import * as fc from 'fast-check';
import { isMeshError, ServiceCatalog } from '../../src';
import { everyForm } from '../every-form';
import { temporaryFolder } from '../temporary-folder';

const folder = temporaryFolder('any-catalog');
const file = join(folder, 'mesh-catalog.json');

const VALID = everyForm(new App()).catalog().toText();
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Reads a text as a catalog: 'read', or the code of the error. Anything else that is thrown fails the test. */
function outcomeOf(text: string): string {
  writeFileSync(file, text);
  try {
    const catalog = ServiceCatalog.fromFile(file);
    catalog._services.forEach(service => expect(service.host.endsWith(`.${JSON.parse(text).suffix}`)).toBe(true));
    expect(ServiceCatalog.fromFile(file).toText()).toBe(catalog.toText());
    return 'read';
  } catch (error) {
    if (!isMeshError(error)) {
      throw error;
    }
    expect(error.message).not.toMatch(UNSAFE);
    return error.problems[0].code;
  }
}

/** Every place of a value, as the keys that lead to it. */
function placesOf(value: unknown, path: string[] = []): string[][] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...inner.flatMap(([key, item]) => placesOf(item, [...path, key]))];
}

const PLACES = placesOf(JSON.parse(VALID)).filter(path => path.length > 0);

/** Values that a reader could take for something else. */
const ODD: fc.JsonValue[] = [
  null, true, 0, -1, 1.5, 1e21, 65536, '', '*', '..', 'svc', '::1', '0.0.0.0', '169.254.169.254', '224.0.0.1', 'A', '__proto__',
  'constructor', '\u001b[31m', '\n::error::x', '\u202e', 'x'.repeat(300), [], {}, [[]], [null], { constructor: {} }, { toString: 'a' },
];

const value = fc.oneof(fc.constantFrom(...ODD), fc.jsonValue());

function withChange(data: any, path: string[], change: (parent: any, key: string) => void): any {
  const parent = path.slice(0, -1).reduce((inner, key) => inner?.[key], data);
  if (typeof parent === 'object' && parent !== null) {
    change(parent, path[path.length - 1]);
  }
  return data;
}

const changed = fc.array(
  fc.tuple(fc.constantFrom(...PLACES), fc.constantFrom('replace', 'remove', 'repeat', 'add'), value),
  { minLength: 1, maxLength: 3 },
).map(changes => changes.reduce((data, [path, kind, item]) => withChange(data, path, (parent, key) => {
  if (kind === 'remove') {
    delete parent[key];
  } else if (kind === 'repeat' && Array.isArray(parent)) {
    parent.push(parent[Number(key)]);
  } else if (kind === 'add') {
    parent[`${key}x`] = item;
  } else {
    parent[key] = item;
  }
}), JSON.parse(VALID)));

test('any JSON value is a catalog or an error of this library', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.boolean(), (data, hasVersion) => {
    const described = hasVersion && typeof data === 'object' ? { ...data, schemaVersion: 1 } : data;
    expect(outcomeOf(JSON.stringify(described))).toMatch(/^(read|MESH018)$/);
  }), { numRuns: 300 });
});

test('any text is a catalog or an error of this library', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
    expect(outcomeOf(text)).toBe('MESH018');
  }), { numRuns: 200 });
});

test('a catalog with some values changed is a catalog or an error of this library', () => {
  const outcomes = new Set<string>();
  fc.assert(fc.property(changed, data => {
    outcomes.add(outcomeOf(JSON.stringify(data)));
  }), { numRuns: 1000 });
  expect([...outcomes].sort()).toEqual(['MESH018', 'read']);
});

test.each([
  ['a list that is nested a hundred thousand times', `{"schemaVersion": 1, "meshId": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['an object that is nested a hundred thousand times', `{"schemaVersion": 1, "x": ${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
  ['a key that stands twice', VALID.replace('"meshId": "every-form"', '"meshId": "every-form", "meshId": "other"')],
  ['a key __proto__', VALID.replace('"meshId"', '"__proto__": {"suffix": "svc"}, "meshId"')],
  ['a text of a million characters', VALID.replace('"every-form"', JSON.stringify('\u001b'.repeat(1_000_000)))],
])('%s is refused', (_, text) => {
  expect(text).not.toBe(VALID);
  expect(outcomeOf(text)).toBe('MESH018');
});

test('an error about a hundred thousand invalid services lists a hundred, and says how many there are', () => {
  const services = Array.from({ length: 100_000 }, () => 1);
  writeFileSync(file, JSON.stringify({ schemaVersion: 1, meshId: 'm', suffix: 'global', istio: '1.31', services }));
  expect(() => ServiceCatalog.fromFile(file)).toThrow(/services\[99\]: got 1, expected an object; and 99900 more; fix: /);
});

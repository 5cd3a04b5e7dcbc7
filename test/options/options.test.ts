import * as fc from 'fast-check';
import { ENTRIES, REFUSED_ANYWAY, ValidCall, world } from './entries';
import { surface } from './surface';
import { isMeshError } from '../../src/errors/mesh-error';

describe('the public surface', () => {
  const { entries, interfaces } = surface();

  test('has a schema beside each interface of options', () => {
    expect(interfaces.length).toBeGreaterThan(50);
    expect(interfaces.filter(({ name, schemasOfFile }) => !schemasOfFile.includes(name)).map(({ name }) => name)).toEqual([]);
  });

  test('is covered by the calls of these tests', () => {
    expect(Object.keys(ENTRIES).sort()).toEqual(entries);
  });
});

const NAMES = Object.keys(ENTRIES).sort();

/** Runs a call, and returns the code of the error of this library that it throws; any other error is thrown. */
function codeOf({ call, args }: ValidCall): string | undefined {
  try {
    call(...args);
    return undefined;
  } catch (error) {
    if (isMeshError(error)) {
      return error.problems[0].code;
    }
    throw error;
  }
}

function isOptions(value: unknown): value is { readonly [option: string]: unknown } {
  return Object.prototype.toString.call(value) === '[object Object]' && Object.getPrototypeOf(value) === Object.prototype;
}

/** Objects of options among the arguments of a call, as opposed to maps, whose keys are names of the user. */
const MAPS = ['ClusterPriority.weights', 'Routing.weights', 'Routing.whenHeaders', 'ServiceVersion.withLabels'];
const WITH_OPTIONS = NAMES.filter(name => !MAPS.includes(name) && ENTRIES[name](world()).args.some(isOptions));

test.each(NAMES.filter(name => !REFUSED_ANYWAY.has(name)))('%s accepts what these tests call valid', name => {
  expect(codeOf(ENTRIES[name](world()))).toBeUndefined();
});

test.each(WITH_OPTIONS)('%s refuses an unknown option', name => {
  const { call, args } = ENTRIES[name](world());
  const wrong = args.map(arg => isOptions(arg) ? { ...arg, thisIsNoOption: 1 } : arg);
  expect(() => call(...wrong)).toThrow(/unknown option 'thisIsNoOption'/);
});

test.each(WITH_OPTIONS)('%s takes null for an option that is not given', name => {
  const options = ENTRIES[name](world()).args.find(isOptions)!;
  for (const option of Object.keys(options)) {
    const [withNull, without] = [null, undefined].map(value => {
      const { call, args } = ENTRIES[name](world());
      return codeOf({ call, args: args.map(arg => isOptions(arg) ? { ...arg, [option]: value } : arg) });
    });
    expect({ option, code: withNull }).toEqual({ option, code: without });
  }
});

const anyValue = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    null, undefined, Symbol('s'), 10n, NaN, () => 1, new Date(), new Map(), [], {}, '', -1, 'web', ['web'], { app: null }, { app: 'web' },
    Object.create(null), { toString: 1 }, JSON.parse('{ "__proto__": 1 }'), { toJSON: 1, constructor: 1 }, [null], '\n::error::',
  ),
);

/** Puts a value in the place of an argument, or of one option of it. */
function withValue({ call, args }: ValidCall, whichArgument: number, whichOption: number | undefined, value: unknown): ValidCall {
  const i = whichArgument % args.length;
  const argument = args[i];
  const names = isOptions(argument) ? Object.keys(argument) : [];
  const isInside = isOptions(argument) && whichOption !== undefined && names.length > 0;
  const changed = isInside ? { ...argument, [names[whichOption % names.length]]: value } : value;
  return { call, args: args.map((arg, j) => i === j ? changed : arg) };
}

test.each(NAMES)('%s succeeds with any value, or throws an error of this library', name => {
  const place = fc.option(fc.nat(), { nil: undefined });
  fc.assert(fc.property(fc.nat(), place, anyValue, (whichArgument, whichOption, value) => {
    const here = world();
    if (codeOf(withValue(ENTRIES[name](here), whichArgument, whichOption, value)) === undefined) {
      // What was accepted can be rendered, or is refused as a whole.
      codeOf({ call: () => here.app.summary(), args: [] });
    }
  }), { numRuns: 100 });
});

test('no error shows control characters', () => {
  const { mesh } = world();
  expect(() => mesh.addCluster('\n::error::\u202e')).toThrow(/^MESH001 addCluster\('\\u000a::error::\\u202e'\)/);
});

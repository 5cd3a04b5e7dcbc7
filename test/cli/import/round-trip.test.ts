import * as fc from 'fast-check';
import { roundTrip, withoutListedFeatures } from './round-trip';
import { isMeshError } from '../../../src';
import { drawnMesh } from '../../e2e/random/arbitrary';
import type { MeshDeclaration } from '../../e2e/random/declaration';
import { settled } from '../../e2e/random/settle';
import { temporaryFolder } from '../../temporary-folder';

/** A longer run is a proof of `npm run e2e`. */
const MESHES = 12;

function imported(mesh: MeshDeclaration) {
  try {
    return roundTrip(mesh, temporaryFolder('round-trip'));
  } catch (error) {
    // A mesh that is cut down may be one that the library refuses with good reason.
    if (isMeshError(error)) {
      return undefined;
    }
    throw error;
  }
}

test('a folder of this library, imported and written again, is the same folder', () => {
  let equal = 0;
  fc.assert(fc.property(drawnMesh, drawn => {
    const result = imported(withoutListedFeatures(settled(drawn, '1.31')));
    expect([result?.silent ?? [], result?.extended ?? []]).toEqual([[], []]);
    equal += result?.listed.length === 0 ? 1 : 0;
  }), { numRuns: MESHES, seed: 7, endOnFailure: true });
  // Of the others, the report lists what differs: orders of clusters that are not imported, and have no names.
  expect(equal).toBeGreaterThan(MESHES * 0.8);
});

test('whatever a folder holds, the program writes it again, or the report lists it', () => {
  let listed = 0;
  fc.assert(fc.property(drawnMesh, drawn => {
    const result = imported(settled(drawn, '1.31'));
    expect(result?.silent ?? []).toEqual([]);
    listed += result && result.listed.length > 0 ? 1 : 0;
  }), { numRuns: MESHES, seed: 11, endOnFailure: true });
  // Most of these meshes have something that retires.
  expect(listed).toBeGreaterThan(MESHES * 0.3);
});

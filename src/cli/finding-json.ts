import type { Finding } from '../written/finding';
import type { Place } from '../written/source';

/** A place in the JSON of a command. */
export interface PlaceJson {
  readonly file: string;
  readonly line: number;
}

/** A finding in the JSON of a command. */
export interface FindingJson {
  readonly severity: string;
  readonly code: string;
  readonly where: string;
  readonly what: string;
  readonly got?: unknown;
  readonly expected?: string;
  readonly fix: string;
  readonly place?: PlaceJson;
}

/** A finding as data, with its fields in the order in which people read them. */
export function findingJson({ severity, code, where, what, got, expected, fix, place }: Finding): FindingJson {
  return {
    severity,
    code,
    where,
    what,
    ...got !== undefined && { got },
    ...expected !== undefined && { expected },
    fix,
    ...place && { place: placeJson(place) },
  };
}

/** A place as data. */
export function placeJson({ file, line }: Place): PlaceJson {
  return { file, line };
}

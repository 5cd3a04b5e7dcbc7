import { ApiObject } from 'cdk8s';
import { isOurs } from '../checks/declarations';
import { isFolderChart } from '../output/folder-chart';

/** How our part of an object that others write to is told from theirs, and taken out. */
export type SharedPart =
  /** A key of ours in a map. */
  | { readonly path: string; readonly ours: string }
  /** A text that holds theirs and ours, and the same without ours. */
  | { readonly path: string; readonly merged: string; readonly without: string }
  /** An element of a list, by its name. */
  | { readonly path: string; readonly element: string };

const made = new WeakMap<ApiObject, SharedPart | undefined>();

/** Marks an object as made by this library, which may then remove it: `shared` when others write to it too, and it stays. */
export function madeHere<T extends ApiObject>(object: T, shared?: SharedPart): T {
  made.set(object, shared);
  return object;
}

/** Whether an object of a cluster was made by this library. */
export function isMadeHere(object: ApiObject): boolean {
  return made.has(object) || (isOurs(object) && !isFolderChart(object.chart));
}

/** Our part of an object that others write to; undefined for one that is ours alone. */
export function sharedPart(object: ApiObject): SharedPart | undefined {
  return made.get(object);
}

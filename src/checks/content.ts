/** The objects in a list of a manifest that nobody has checked; none where the value is no list. */
export function objectsIn(value: unknown): any[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'object' && item !== null) : [];
}

/** The texts and numbers in a list of a manifest that nobody has checked, as texts. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => ['string', 'number'].includes(typeof item)).map(String) : [];
}

/** The object in a field of a manifest that nobody has checked; an empty one where the value is none. */
export function objectAt(value: unknown): any {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/**
 * Value of a key that a record has itself. Every object inherits keys, such as `constructor`, which are names that users may choose.
 * @returns undefined for a key that the record does not have
 */
export function ownValue<T>(record: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/**
 * A fact that this library attaches to an object: a property that is invisible to whoever prints or serializes the object.
 * The property is found by its registered symbol, so two copies of the library in one program agree on it.
 */
export class Mark<T> {
  private readonly key: symbol;

  public constructor(name: string) {
    this.key = Symbol.for(`cdk8s-istio-multicluster.${name}`);
  }

  /** Attaches the fact to an object; a fact that was attached before is replaced. */
  public set<O extends object>(target: O, fact: T): O {
    return Object.defineProperty(target, this.key, { value: fact, enumerable: false, configurable: true });
  }

  /** The fact attached to something; undefined when there is none. */
  public of(target: unknown): T | undefined {
    return (target as { readonly [key: symbol]: T } | null | undefined)?.[this.key];
  }

  /** Whether the fact is attached to something, whatever that is. */
  public isOn(target: unknown): boolean {
    return typeof target === 'object' && target !== null && this.key in target;
  }
}

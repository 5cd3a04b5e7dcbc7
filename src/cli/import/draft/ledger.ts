import { Manifest, titleOf } from '../../../written/manifest';

/** What becomes of an object that is imported. */
export type Fate = 'taken' | 'replaced' | 'not expressed' | 'left alone';

/** What is known of the fate of an object. */
export interface Entry {
  readonly cluster: string;
  readonly manifest: Manifest;
  readonly fate: Fate;
  /** Why, in words; empty where the program writes the object again. */
  readonly reasons: readonly string[];
  /** Whether the object has to be deleted once the new ones are applied: it would stand beside them. */
  readonly remove: boolean;
}

/** Order in which one fate outweighs another. */
const WEIGHT: readonly Fate[] = ['left alone', 'taken', 'replaced', 'not expressed'];

/** What becomes of each object. Every object that is read has exactly one entry, so that none is dropped in silence. */
export class Ledger {
  private readonly entries = new Map<Manifest, Entry>();
  private readonly decided: string[] = [];

  /** @param objects all objects by cluster */
  public constructor(objects: ReadonlyArray<readonly [string, readonly Manifest[]]>) {
    objects.forEach(([cluster, manifests]) => manifests.forEach(manifest => this.entries.set(manifest, {
      cluster, manifest, fate: 'left alone', reasons: [], remove: false,
    })));
  }

  /** Every object, by cluster and title. */
  public get all(): Entry[] {
    return [...this.entries.values()].sort((a, b) => keyOf(a) < keyOf(b) ? -1 : 1);
  }

  /** Decisions that a person has to make. */
  public get decisions(): readonly string[] {
    return [...new Set(this.decided)];
  }

  /** The program writes the object again. */
  public take(manifest: Manifest): void {
    this.note(manifest, 'taken');
  }

  /** The program says what the object says by other objects, or it is needed no more. */
  public replace(manifest: Manifest, reason: string, { remove = true }: { readonly remove?: boolean } = {}): void {
    this.note(manifest, 'replaced', reason, remove);
  }

  /** The program does not say what the object says, or not all of it. */
  public refuse(manifest: Manifest, reason: string): void {
    this.note(manifest, 'not expressed', reason);
  }

  /** The object is not of the mesh, and stays as it is, for a reason worth saying. */
  public leave(manifest: Manifest, reason: string): void {
    this.note(manifest, 'left alone', reason);
  }

  /** The object is taken, and stands beside the new one under its old name. */
  public removeOnceApplied(manifest: Manifest): void {
    const entry = this.entries.get(manifest);
    if (entry) {
      this.entries.set(manifest, { ...entry, remove: true });
    }
  }

  /** Whether something is said of an object already. */
  public knows(manifest: Manifest): boolean {
    const entry = this.entries.get(manifest);
    return entry !== undefined && (entry.fate !== 'left alone' || entry.reasons.length > 0);
  }

  /** The fate of an object. */
  public fateOf(manifest: Manifest): Fate | undefined {
    return this.entries.get(manifest)?.fate;
  }

  /** A person has to decide something. */
  public decide(text: string): void {
    this.decided.push(text);
  }

  private note(manifest: Manifest, fate: Fate, reason?: string, remove = false): void {
    const entry = this.entries.get(manifest);
    if (entry === undefined) {
      return;
    }
    const heavier = WEIGHT.indexOf(fate) >= WEIGHT.indexOf(entry.fate) ? fate : entry.fate;
    const reasons = reason === undefined || entry.reasons.includes(reason) ? entry.reasons : [...entry.reasons, reason];
    const ofHeavier = heavier === entry.fate || entry.fate === 'left alone'
      || fate === 'not expressed' ? reasons : reason === undefined ? [] : [reason];
    this.entries.set(manifest, { ...entry, fate: heavier, reasons: ofHeavier, remove: heavier === 'replaced' && (remove || entry.remove) });
  }
}

function keyOf({ cluster, manifest }: Entry): string {
  return [cluster, titleOf(manifest), manifest.group].join('\n');
}

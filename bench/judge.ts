import { createHash } from 'crypto';
import { loadAll } from 'js-yaml';

/** Compares the objects of contenders: they are equal when each cluster has the same objects, in any order and any notation. */
export class Judge {
  /** Digests of documents: most clusters hold the same ones. */
  private readonly known = new Map<string, string[]>();

  /** Number of objects in texts of YAML or JSON. */
  public count(texts: string[]): number {
    return this.documents(texts).length;
  }

  /** Digest of the objects in texts of YAML or JSON. */
  public digest(texts: string[]): string {
    return hash(this.documents(texts).sort().join('\n'));
  }

  private documents(texts: string[]): string[] {
    return texts.flatMap(text => text.split(/^---.*\n/m)).flatMap(text => {
      const known = this.known.get(text) ?? loadAll(text).filter(document => document).map(document => hash(canonical(document)));
      this.known.set(text, known);
      return known;
    });
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) => typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1))
    : inner);
}

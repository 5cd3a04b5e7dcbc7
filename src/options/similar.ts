/** The name that a misspelt name probably stands for: at most a third of its letters differ. */
export function similarTo(name: string, known: string[]): string | undefined {
  // Nobody misspells a name at this length, and the comparison takes time by the square of it.
  if (name.length > 60) {
    return undefined;
  }
  const distances = known.map(candidate => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }));
  const nearest = distances.sort((a, b) => a.distance - b.distance)[0];
  return nearest && nearest.distance <= nearest.candidate.length / 3 ? nearest.candidate : undefined;
}

/** How many letters must be added, removed or replaced to make one text the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[to.length];
}

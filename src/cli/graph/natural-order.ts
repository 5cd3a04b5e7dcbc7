/** Orders names as people do: cluster2 before cluster10. It asks no locale, so the order is the same on every machine. */
export function naturally(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < Math.min(one.length, other.length); i++) {
    const isNumber = [one[i], other[i]].every(part => /^\d/.test(part));
    const difference = isNumber ? Number(one[i]) - Number(other[i]) : 0;
    if (difference !== 0) {
      return difference;
    }
    if (!isNumber && one[i] !== other[i]) {
      return one[i] < other[i] ? -1 : 1;
    }
  }
  return one.length - other.length || (a < b ? -1 : a > b ? 1 : 0);
}

function partsOf(text: string): string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

/** Returns a table in Markdown. */
export function table(head: string[], rows: string[][]): string[] {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
}

/** A number with two digits after the point, or three where it is small. */
export function decimal(value: number): string {
  return value.toFixed(value < 0.1 ? 3 : 2);
}

/** Exponent by which one value grows with another, between two points: 1 where both grow alike. */
export function exponent(from: Point, to: Point): number {
  return Math.log(to.value / from.value) / Math.log(to.size / from.size);
}

/** A value at a size. */
export interface Point {
  readonly size: number;
  readonly value: number;
}

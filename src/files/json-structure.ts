import type { FieldProblems } from './fields';
import { quoted } from '../errors/printable';

/** Levels of objects and lists in a file. A catalog has six; fields that a newer version adds may have more. */
const MAX_DEPTH = 32;

/** Object or list that encloses a place in a text. */
interface Level {
  /** Keys of an object so far; undefined for a list. */
  readonly keys?: Set<string>;
  /** Key or index of the current place. */
  step: string;
  index: number;
  isBeforeKey: boolean;
}

/**
 * Adds a problem for what a JSON text holds and `JSON.parse` does not show: a key that an object has twice, of which the last one
 * counts and a reader of the file may see the first one, the key `__proto__`, and nesting without bounds.
 * @param text valid JSON
 */
export function checkJsonStructure(text: string, problems: FieldProblems): void {
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at++) {
    const level = levels[levels.length - 1];
    switch (text[at]) {
      case '"': {
        const end = endOfString(text, at);
        if (level?.isBeforeKey) {
          enterKey(JSON.parse(text.slice(at, end + 1)) as string, levels, problems);
        }
        at = end;
        break;
      }
      case '{':
      case '[':
        if (levels.length === MAX_DEPTH) {
          problems.add(pathOf(levels), `objects and lists are nested too deeply, expected at most ${MAX_DEPTH} levels`);
          return;
        }
        levels.push(text[at] === '{'
          ? { keys: new Set(), step: '', index: 0, isBeforeKey: true }
          : { step: '[0]', index: 0, isBeforeKey: false });
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        nextItem(level);
        break;
      default:
    }
  }
}

/** Position of the quotation mark that ends the string at a position. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') {
    at += text[at] === '\\' ? 2 : 1;
  }
  return at;
}

function enterKey(key: string, levels: Level[], problems: FieldProblems): void {
  const level = levels[levels.length - 1];
  const isRepeated = level.keys!.has(key);
  level.keys!.add(key);
  level.step = /^[A-Za-z]\w*$/.test(key) ? `.${key}` : `[${quoted(key)}]`;
  level.isBeforeKey = false;
  if (isRepeated) {
    problems.add(pathOf(levels), 'the key stands twice in one object, expected each key once');
  }
  if (key === '__proto__') {
    problems.add(pathOf(levels), 'the key is not allowed');
  }
}

function nextItem(level: Level): void {
  if (level.keys) {
    level.isBeforeKey = true;
    return;
  }
  level.index++;
  level.step = `[${level.index}]`;
}

function pathOf(levels: Level[]): string {
  return levels.map(({ step }) => step).join('').replace(/^\./, '');
}

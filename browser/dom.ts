/** Content of an element: a text, which stays text whatever it holds, or other elements. */
export type Content = Node | string;

/** Attributes of an element; those without a value are left out. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined;
}

/** Makes an element of HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...content: Content[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, content);
}

/** Makes an element of SVG. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K, attributes: Attributes = {}, ...content: Content[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, content);
}

/** Makes a button that does something when it is pressed. */
export function button(attributes: Attributes, press: () => void, ...content: Content[]): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, ...content);
  made.addEventListener('click', press);
  return made;
}

function filled<E extends Element>(made: E, attributes: Attributes, content: Content[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      made.setAttribute(name, value === true ? '' : String(value));
    }
  }
  made.append(...content);
  return made;
}

/** Colours of a drawing. Each text has a contrast of at least 4.5 to what it stands on, and each line of 3. */
export interface Palette {
  /** What everything stands on. */
  readonly canvas: string;
  readonly box: string;
  readonly head: string;
  readonly ink: string;
  readonly soft: string;
  readonly border: string;
  readonly accent: string;
  readonly direct: string;
  readonly egress: string;
  readonly stopped: string;
  readonly export: string;
}

export const LIGHT: Palette = {
  canvas: '#f5f6f8',
  box: '#ffffff',
  head: '#e9edf2',
  ink: '#18212c',
  soft: '#535e6c',
  border: '#cbd2db',
  accent: '#0a58b8',
  direct: '#3f74bd',
  egress: '#96620a',
  stopped: '#c01f2e',
  export: '#7d8795',
};

export const DARK: Palette = {
  canvas: '#11151b',
  box: '#1a2029',
  head: '#242c37',
  ink: '#e5eaf1',
  soft: '#a5afbd',
  border: '#394452',
  accent: '#82b6ff',
  direct: '#6d9fe3',
  egress: '#dba348',
  stopped: '#ff7a80',
  export: '#8490a0',
};

/** The colours as custom properties of CSS. */
export function properties(palette: Palette): string {
  return Object.entries(palette).map(([name, colour]) => `--${name}:${colour}`).join(';');
}

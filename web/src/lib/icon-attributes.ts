interface IconProps {
  class?: unknown;
  strokeWidth?: number;
  [attribute: string]: unknown;
}

/** The attributes that all icons have in common, and those of one; see `static-icons.ts`. */
export const iconAttributes = ({ class: classes, strokeWidth = 2, ...own }: IconProps) => ({
  width: 24,
  height: 24,
  viewBox: '0 0 24 24',
  fill: 'none',
  stroke: 'currentColor',
  'stroke-width': strokeWidth,
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
  'aria-hidden': 'true',
  ...own,
  class: classes,
});

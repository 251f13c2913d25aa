import type { PreprocessorGroup } from 'svelte/compiler';
import { fileURLToPath } from 'node:url';

type Node = [tag: string, attributes: Record<string, string>];

const SHARED = fileURLToPath(new URL('src/lib/icon-attributes.ts', import.meta.url)).replaceAll('\\', '/');

/**
 * Writes each of Lucide's icons as the markup that it is. As published an icon is data that a common component turns
 * into elements one by one in the browser, and with sixty icons on a page that was half of its hydration.
 * An icon takes `class`, `strokeWidth` and any attribute of an `<svg>`. Throws where Lucide publishes icons otherwise.
 */
export const staticIcons: PreprocessorGroup = {
  name: 'static icons',
  markup({ content, filename = '' }) {
    if (!/@lucide[\\/]svelte[\\/]dist[\\/]icons[\\/]/.test(filename)) return;
    const data = /const iconData = (\{.*\});/.exec(content)?.[1];
    if (data === undefined) throw new Error(`${filename} has no icon data: has Lucide changed its form?`);
    const { node } = JSON.parse(data) as { node: Node[] };
    return {
      code: `<script>
  import { iconAttributes } from ${JSON.stringify(SHARED)};
  const props = $props();
</script>

<svg {...iconAttributes(props)}>${node.map(element).join('')}</svg>
`,
    };
  },
};

function element([tag, attributes]: Node): string {
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
  return `<${tag}${written.join('')} />`;
}

import { embeddingChart } from '@graft-ml/metrics/charts';
import { chartFigure } from '../page/chart-figure.js';
import { escapeHtml } from '../page/escape-html.js';
import { section, type ReportContext } from '../page/report-context.js';

/** How the network arranges the images. */
export async function embeddingSection(context: ReportContext): Promise<string> {
  const { embeddings = [] } = context.input;
  if (embeddings.length === 0) return section('embedding', 'Map of the images', context.gap('embedding'));
  const maps = [];
  for (const [i, { method, points, axes, note }] of embeddings.entries()) {
    const chart = await chartFigure({
      id: `map-${i}`,
      spec: embeddingChart(points, { axes, width: 380, height: 330 }),
      label: `${method} map of ${points.length} images by class`,
      ...(note !== undefined && { caption: note }),
    });
    maps.push(`<div><h3>${escapeHtml(method)}</h3>${chart}</div>`);
  }
  return section(
    'embedding',
    'Map of the images',
    `<p>The backbone's features of the images, before the head, laid out in two dimensions: what lies near each other looks alike to the network. Islands that follow no class may be hospitals, cameras or series.</p>
<div class="charts">${maps.join('\n')}</div>`,
  );
}

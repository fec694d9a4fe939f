/** The last minute of a line's traffic: what was measured, and the line that is drawn of it. */
import type { Traffic } from '../../api/types';

/** One minute at a reading every two seconds. */
export const SAMPLES = 31;

/** Readings in their order, the oldest dropped; a reading that is known already changes nothing. */
export function add(samples: readonly Traffic[], next: Traffic): Traffic[] {
  if (samples.at(-1)?.read_at === next.read_at) return [...samples];
  return [...samples, next].slice(-SAMPLES);
}

/** The top of the scale, bit/s: 1, 2 or 5 times a power of ten, so that it does not jump at every reading. */
export function ceiling(samples: readonly Traffic[]): number {
  const most = Math.max(100_000, ...samples.flatMap(({ download, upload }) => [download, upload]));
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}

/** An SVG path over `width` × `height`: the newest reading at the right edge, one step to each. */
export function path(values: readonly number[], top: number, width: number, height: number): string {
  const step = width / (SAMPLES - 1);
  return values
    .map((value, index) => {
      const x = width - (values.length - 1 - index) * step;
      const y = height - (Math.min(value, top) / top) * height;
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

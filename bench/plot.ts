/** How a cost grows: ms at each size. */
export type Series = {
  readonly name: string;
  readonly points: ReadonlyArray<readonly [size: number, ms: number]>;
};

const [width, height, left, top, right, bottom] = [720, 420, 70, 30, 250, 50];
const colours = ['#1b6ca8', '#c0392b', '#2e8b57', '#8e44ad', '#b9770e', '#34495e'];

/** Draws series over sizes as an SVG, both axes logarithmic: a constant cost is level, a cost that grows with the size is a diagonal. */
export function plot(title: string, series: readonly Series[]): string {
  const sizes = series.flatMap(({ points }) => points.map(([size]) => size));
  const times = series.flatMap(({ points }) => points.map(([, ms]) => Math.max(ms, leastMs)));
  const [x, y] = [axis(sizes, left, width - right), axis([...times, 1, 10], height - bottom, top)];
  const lines = series.flatMap((one, at) => drawn(one, colours[at % colours.length] ?? '#000', { x, y, at }));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${left}" y="18" font-size="14">${title}</text>
${x.ticks.map((size) => `<text x="${x.at(size)}" y="${height - bottom + 20}" text-anchor="middle">${size.toLocaleString('en')}</text>`).join('\n')}
${y.ticks.map((ms) => `<line x1="${left}" x2="${width - right}" y1="${y.at(ms)}" y2="${y.at(ms)}" stroke="#ddd"/><text x="${left - 8}" y="${y.at(ms) + 4}" text-anchor="end">${ms} ms</text>`).join('\n')}
${lines.join('\n')}
</svg>
`;
}

/** Times too short to be measured are drawn here. */
const leastMs = 0.01;

type Axis = { readonly at: (value: number) => number; readonly ticks: readonly number[] };

/** A logarithmic axis over whole powers of ten that hold all values, from `from` to `to`. */
function axis(values: readonly number[], from: number, to: number): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (value: number): number =>
    Math.round(from + ((Math.log10(Math.max(value, leastMs)) - low) / (high - low)) * (to - from));
  return { at, ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)) };
}

type Place = { readonly x: Axis; readonly y: Axis; readonly at: number };

function drawn({ name, points }: Series, colour: string, { x, y, at }: Place): readonly string[] {
  const places = points.map(([size, ms]) => `${x.at(size)},${y.at(ms)}`);
  const row = top + 20 + at * 20;
  return [
    `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(
      (place) => `<circle cx="${place.split(',')[0]}" cy="${place.split(',')[1]}" r="3" fill="${colour}"/>`,
    ),
    `<text x="${width - right + 16}" y="${row}" fill="${colour}">${name}</text>`,
  ];
}

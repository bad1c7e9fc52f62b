// Line charts as SVG, with the same numbers as a table for who does not see them.
import { h, number } from './dom.js';

/** A telephone: charts are drawn narrower there, or their figures could not be read. */
export const narrow = matchMedia('(max-width: 640px)');

const [Left, Right, Top, Bottom] = [46, 12, 10, 24];
const Dotted = 40;

/**
 * @param {{name: string, points: {x: number, y: number, label: string}[]}[]} series
 * @param {{title: string, height?: number, digits?: number, fromZero?: boolean, table?: boolean}} options
 */
export function lineChart(series, { title, height = 190, digits = 4, fromZero = false, table = true } = {}) {
  const width = narrow.matches ? 340 : 640;
  const drawn = series.map(line => ({ ...line, points: line.points.filter(point => Number.isFinite(point.y)) }));
  const all = drawn.flatMap(line => line.points).sort((left, right) => left.x - right.x);
  if (all.length === 0) return h('p', { class: 'empty' }, 'Nothing measured yet.');
  const [x0, x1] = [all[0].x, all.at(-1).x];
  const { low, high, ticks, decimals } = axis(fromZero ? 0 : Math.min(...all.map(point => point.y)), Math.max(...all.map(point => point.y)), 10 ** -digits);
  const sx = x => Left + (x1 === x0 ? .5 : (x - x0) / (x1 - x0)) * (width - Left - Right);
  const sy = y => Top + (1 - (y - low) / (high - low)) * (height - Top - Bottom);
  const path = points => points.map(point => `${sx(point.x)},${sy(point.y)}`).join(' ');
  const svg = h('svg:svg', { class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title },
    ticks.map(y => h('svg:g', {},
      h('svg:line', { class: 'grid', x1: Left, x2: width - Right, y1: sy(y), y2: sy(y) }),
      h('svg:text', { class: 'tick', x: Left - 8, y: sy(y) + 4, 'text-anchor': 'end' }, number(y, decimals)))),
    drawn.map((line, index) => h('svg:g', { class: `series s${index % 4}` },
      drawn.length === 1 && line.points.length > 1 && h('svg:polygon', { class: 'area', points: `${sx(line.points[0].x)},${sy(low)} ${path(line.points)} ${sx(line.points.at(-1).x)},${sy(low)}` }),
      h('svg:polyline', { points: path(line.points) }),
      line.points.length <= Dotted && line.points.map(point => h('svg:circle', { cx: sx(point.x), cy: sy(point.y), r: 4 }, h('svg:title', {}, `${line.name}, ${point.label}: ${number(point.y, digits)}`))))),
    x1 > x0
      ? [h('svg:text', { class: 'tick', x: Left, y: height - 4 }, all[0].label), h('svg:text', { class: 'tick', x: width - Right, y: height - 4, 'text-anchor': 'end' }, all.at(-1).label)]
      : h('svg:text', { class: 'tick', x: sx(x0), y: height - 4, 'text-anchor': 'middle' }, all[0].label));
  return h('figure', { class: 'plot' },
    h('figcaption', {}, title, series.length > 1 && h('span', { class: 'legend' }, series.map((line, index) => h('span', { class: `key s${index % 4}` }, line.name)))),
    svg,
    table && tableOf(drawn, all, digits));
}

/** Round numbers, no closer than the finest step, that have the values between them. */
function axis(least, most, finest) {
  const span = most - least || Math.abs(most) || 1;
  const rough = Math.max(span / 4, finest);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].find(factor => factor * power >= rough) * power;
  const first = Math.floor((least - (most === least && least !== 0 ? step : 0)) / step);
  const last = Math.max(Math.ceil(most / step + 1e-9), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { low: ticks[0], high: ticks.at(-1), ticks, decimals: Math.max(0, Math.min(6, 1 - Math.floor(Math.log10(step) + 1e-9) - (Number.isInteger(step / power) ? 1 : 0))) };
}

/** A row for every x that any of the lines has. */
function tableOf(series, all, digits) {
  const rows = new Map(all.map(point => [point.x, point.label]));
  return h('details', {}, h('summary', {}, 'As a table'),
    h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'At'), series.map(line => h('th', { scope: 'col', class: 'figure' }, line.name)))),
      h('tbody', {}, [...rows].map(([x, label]) => h('tr', {}, h('th', { scope: 'row' }, label),
        series.map(line => h('td', { class: 'figure' }, number(line.points.find(point => point.x === x)?.y, digits))))))));
}

/** A share of one as a bar with its figure in words. */
export const bar = (share, text) => h('span', { class: 'bar' },
  h('span', { class: 'bar-track' }, h('span', { class: 'bar-fill', style: { width: `${Math.max(0, Math.min(1, share)) * 100}%` } })),
  h('span', { class: 'bar-text' }, text));

// Line charts as SVG, with the same numbers as a table for who does not see them.
import { h, number } from './dom.js';

const Width = 640;

/**
 * @param {{name: string, points: {x: number, y: number, label: string}[]}[]} series
 * @param {{title: string, height?: number, digits?: number, marks?: number[], fromZero?: boolean, table?: boolean}} options
 */
export function lineChart(series, { title, height = 180, digits = 4, fromZero = false, table = true } = {}) {
  const all = series.flatMap(line => line.points).filter(point => Number.isFinite(point.y));
  if (all.length === 0) return h('p', { class: 'empty' }, 'Nothing measured yet.');
  const [left, right, top, bottom] = [54, 12, 10, 22];
  const xs = all.map(point => point.x), ys = all.map(point => point.y);
  const [x0, x1] = [Math.min(...xs), Math.max(...xs)];
  let [y0, y1] = [fromZero ? 0 : Math.min(...ys), Math.max(...ys)];
  const room = (y1 - y0 || Math.abs(y1) || 1) * .1;
  y0 = fromZero ? 0 : y0 - room;
  y1 += room;
  const sx = x => left + (x1 === x0 ? .5 : (x - x0) / (x1 - x0)) * (Width - left - right);
  const sy = y => top + (1 - (y - y0) / (y1 - y0)) * (height - top - bottom);
  const grid = [0, .25, .5, .75, 1].map(share => {
    const y = y0 + share * (y1 - y0);
    return h('svg:g', {},
      h('svg:line', { class: 'grid', x1: left, x2: Width - right, y1: sy(y), y2: sy(y) }),
      h('svg:text', { class: 'tick', x: left - 8, y: sy(y) + 4, 'text-anchor': 'end' }, number(y, digits)));
  });
  const lines = series.map((line, index) => {
    const points = line.points.filter(point => Number.isFinite(point.y));
    return h('svg:g', { class: `series s${index % 4}` },
      h('svg:polyline', { points: points.map(point => `${sx(point.x)},${sy(point.y)}`).join(' ') }),
      points.length <= 40 && points.map(point => h('svg:circle', { cx: sx(point.x), cy: sy(point.y), r: 3.5 }, h('svg:title', {}, `${line.name}, ${point.label}: ${number(point.y, digits)}`))));
  });
  const svg = h('svg:svg', { class: 'chart', viewBox: `0 0 ${Width} ${height}`, role: 'img', 'aria-label': title }, grid, lines,
    h('svg:text', { class: 'tick', x: left, y: height - 4 }, series[0].points[0]?.label ?? ''),
    x1 > x0 && h('svg:text', { class: 'tick', x: Width - right, y: height - 4, 'text-anchor': 'end' }, series[0].points.at(-1)?.label ?? ''));
  return h('figure', { class: 'plot' },
    h('figcaption', {}, title, series.length > 1 && h('span', { class: 'legend' }, series.map((line, index) => h('span', { class: `key s${index % 4}` }, line.name)))),
    svg,
    table && h('details', {}, h('summary', {}, 'As a table'),
      h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'At'), series.map(line => h('th', { scope: 'col' }, line.name)))),
        h('tbody', {}, series[0].points.map((point, row) => h('tr', {}, h('th', { scope: 'row' }, point.label), series.map(line => h('td', { class: 'figure' }, number(line.points[row]?.y, digits)))))))));
}

/** A share of one as a bar with its figure in words. */
export const bar = (share, text) => h('span', { class: 'bar' }, h('span', { class: 'bar-fill', style: { width: `${Math.max(0, Math.min(1, share)) * 100}%` } }), h('span', { class: 'bar-text' }, text));

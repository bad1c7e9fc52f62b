// System: what the server does this minute, and of what the cluster consists.
import { may, post, watch } from './api.js';
import { lineChart } from './charts.js';
import { ago, bytes, h, milliseconds, number, replace, time, toast } from './dom.js';

export const title = 'System';

const Remembered = 120;
const past = [];

export async function show(main, _, signal) {
  if (!may('admin')) {
    replace(main, h('h1', {}, 'System'), h('p', { class: 'empty' }, 'A key with the scope admin sees this.'));
    return;
  }
  const tiles = h('section', { class: 'tiles', 'aria-label': 'This minute' });
  const traffic = h('section', { class: 'card' }), latency = h('section', { class: 'card' });
  const silos = h('section', { class: 'card', 'aria-labelledby': 'silos-title' });
  const errors = h('section', { class: 'card', 'aria-labelledby': 'errors-title' });
  const erasure = h('section', { class: 'card', 'aria-labelledby': 'erasure-title' });
  replace(main, h('h1', {}, 'System'), h('p', { class: 'lead' }, 'What the server does this minute, and of what the cluster consists.'),
    tiles, h('div', { class: 'columns even' }, traffic, latency), silos, h('div', { class: 'columns even' }, errors, erasure));
  watch(status => {
    if (!status) return;
    remember(status);
    replace(tiles, tilesOf(status));
    replace(traffic, lineChart([{ name: 'requests', points: points(entry => entry.LastSecond) }], { title: 'Requests a second', digits: 0, fromZero: true, table: false }));
    replace(latency, lineChart([{ name: 'p50', points: points(entry => entry.P50Ms) }, { name: 'p99', points: points(entry => entry.P99Ms) }], { title: 'Answer time in ms, over the last minute', digits: 1, fromZero: true, table: false }));
    replace(silos, silosOf(status.Silos));
    replace(errors, errorsOf(status.Traffic.Refused));
    showErasure(erasure, status.Erasure);
  }, signal);
}

function remember(status) {
  if (past.at(-1)?.Time === status.Time) return;
  past.push({ Time: status.Time, ...status.Traffic });
  if (past.length > Remembered) past.shift();
}

const points = value => past.map((entry, index) => ({ x: index, y: value(entry) ?? NaN, label: new Date(entry.Time).toLocaleTimeString('en') }));

const tile = (name, value, note, mood = '') => h('div', { class: `tile ${mood}` }, h('span', { class: 'tile-name' }, name), h('span', { class: 'tile-value' }, value), h('span', { class: 'tile-note' }, note));

function tilesOf(status) {
  const traffic = status.Traffic;
  return [
    tile('State', status.Ready ? 'ready' : 'not ready', status.Reason ?? `model ${status.ServingVersion} serves`, status.Ready ? 'good' : 'bad'),
    tile('Storage', status.DataStoreConnected ? 'answers' : 'away', status.Store ?? 'journals and catalog', status.DataStoreConnected ? 'good' : 'bad'),
    tile('Throughput', `${number(traffic.RequestsPerSecond, 1)}/s`, 'requests, last minute, this gateway'),
    tile('Answer time', milliseconds(traffic.P50Ms), `p95 ${milliseconds(traffic.P95Ms)}, p99 ${milliseconds(traffic.P99Ms)}`),
    tile('Freshness', milliseconds(traffic.AcknowledgedP99Ms), 'p99 from an action to the list that has seen it'),
    tile('Writes', `${number(traffic.WritesPerSecond, 1)}/s`, 'acknowledged as durable'),
  ];
}

function silosOf(silos) {
  return [h('h2', { id: 'silos-title' }, 'Silos'),
    silos.length === 0 ? h('p', { class: 'empty' }, 'None answers.') : h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': 'silos-title' }, h('table', {},
      h('thead', {}, h('tr', {}, ['Name', 'Address', 'State', 'Roles', 'Up since', 'CPU', 'Memory', 'Active grains'].map((text, column) => h('th', { scope: 'col', class: column > 4 ? 'figure' : null }, text)))),
      h('tbody', {}, silos.map(silo => h('tr', {},
        h('th', { scope: 'row' }, silo.Name), h('td', {}, h('code', {}, silo.Address)),
        h('td', {}, h('span', { class: `badge ${silo.Status === 'Active' ? 'good' : 'bad'}` }, silo.Status)),
        h('td', {}, silo.Roles.join(', ') || '–'), h('td', {}, ago(silo.Started)),
        h('td', { class: 'figure' }, silo.CpuPercent === null ? '–' : `${number(silo.CpuPercent, 0)} %`),
        h('td', { class: 'figure' }, bytes(silo.MemoryBytes)), h('td', { class: 'figure' }, number(silo.Activations))))))),
  ];
}

const Meanings = {
  400: 'not valid', 401: 'no key, or a wrong one', 403: 'the key does not allow it', 404: 'not found', 405: 'wrong method', 409: 'refused in this state',
  413: 'too large', 414: 'address too long', 415: 'wrong content type', 429: 'over the limit of the key', 499: 'the caller went away', 500: 'fault of the server, see the log', 503: 'unavailable or overloaded',
};

function errorsOf(refused) {
  const entries = Object.entries(refused);
  return [h('h2', { id: 'errors-title' }, 'Errors in the last minute'),
    entries.length === 0 ? h('p', { class: 'empty' }, 'None.') : h('ul', { class: 'errors' }, entries.map(([status, count]) => h('li', {},
      h('span', { class: `badge ${status >= 500 ? 'bad' : ''}` }, status), h('span', {}, Meanings[status] ?? ''), h('span', { class: 'figure' }, number(count)))))];
}

/** Replaced only when something of it has changed: a button that is replaced each second cannot be reached by keyboard. */
function showErasure(card, status) {
  const key = JSON.stringify(status);
  if (card.dataset.key === key) return;
  card.dataset.key = key;
  const job = status?.Compaction;
  const isRunning = job?.State === 'Running';
  replace(card,
    h('div', { class: 'title-row' }, h('h2', { id: 'erasure-title' }, 'Erased users'), job && h('span', { class: `badge ${{ Completed: 'good', Failed: 'bad' }[job.State] ?? ''}`, id: 'compaction-state' }, job.State === 'Idle' ? 'never compacted' : job.State.toLowerCase())),
    !status ? h('p', { class: 'empty' }, 'Not known.') : [
      h('dl', { class: 'facts' },
        h('div', {}, h('dt', {}, 'Refused now'), h('dd', {}, number(status.RefusedUsers))),
        h('div', {}, h('dt', {}, 'No byte left of'), h('dd', {}, job.CompactedThrough ? `what was deleted before ${time(job.CompactedThrough)}` : '–')),
        isRunning && job.Step && h('div', {}, h('dt', {}, 'Now'), h('dd', {}, job.Step)),
        job.Message && h('div', {}, h('dt', {}, 'Failed'), h('dd', {}, job.Message))),
      h('button', {
        type: 'button', class: 'quiet', id: 'compact', disabled: isRunning,
        async onclick(event) {
          event.currentTarget.disabled = true;
          try { await post('/api/erasures/compact', {}); } catch (problem) { toast(problem.message, true); }
        },
      }, isRunning ? 'The store is rewritten' : 'Rewrite the store now')]);
}

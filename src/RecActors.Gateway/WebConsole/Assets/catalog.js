// Catalog: find an item, see its neighbours, how popular it is, and whether it is shown.
import { call, get, id, may } from './api.js';
import { bar } from './charts.js';
import { h, later, number, replace, time, toast } from './dom.js';

export const title = 'Catalog';

// What was looked for stays when one of what was found is opened.
let query = '';

export async function show(main, [item], signal) {
  const results = h('section', { class: 'card', 'aria-labelledby': 'results-title', 'aria-live': 'polite' });
  const detail = h('section', { class: 'card wide', 'aria-labelledby': 'item-title' });
  const search = later(120, text => find(results, query = text, item));
  replace(main,
    h('h1', {}, 'Catalog'),
    h('p', { class: 'lead' }, 'Every item: how popular it is, what is like it, and whether it is shown.'),
    h('form', { class: 'picker', role: 'search', onsubmit: event => event.preventDefault() },
      h('label', { for: 'query' }, 'Title or id'),
      h('input', { id: 'query', type: 'search', autocomplete: 'off', placeholder: 'such as toy story', value: query, oninput: event => search(event.target.value) })),
    h('div', { class: 'columns' }, results, detail));
  await Promise.all([find(results, query, item), item ? showItem(detail, item, signal) : replace(detail, h('h2', { id: 'item-title' }, 'Item'), h('p', { class: 'empty' }, 'Choose one.'))]);
}

async function find(results, text, current) {
  const items = await get(`/api/console/items?q=${id(text)}`);
  const most = Math.max(...items.map(found => found.Score), 1e-9);
  replace(results, h('h2', { id: 'results-title' }, text.trim() ? 'Found' : 'Popular now'),
    items.length === 0 ? h('p', { class: 'empty' }, 'No title has these words.') : list(items, most, current));
}

const list = (items, most, current) => h('ol', { class: 'found' }, items.map(found => h('li', {},
  h('a', { href: `#catalog/${id(found.Id)}`, 'aria-current': found.Id === current && 'true' }, found.Name ?? found.Id),
  bar(found.Score / most, number(found.Score, 2)))));

async function showItem(detail, itemId, signal) {
  const [item, facts] = await Promise.all([get(`/api/item/${id(itemId)}`), get(`/api/console/items/${id(itemId)}`)]);
  if (signal.aborted) return;
  const hidden = item.IsHidden;
  const most = Math.max(...facts.Neighbors.map(neighbor => neighbor.Score), 1e-9);
  replace(detail,
    h('div', { class: 'title-row' }, h('h2', { id: 'item-title' }, item.Comment || item.ItemId), h('span', { class: hidden ? 'badge bad' : 'badge good', id: 'visibility' }, hidden ? 'hidden' : 'shown')),
    item.Categories?.length > 0 && h('ul', { class: 'chips', 'aria-label': 'Categories' }, item.Categories.map(category => h('li', { class: 'chip' }, category))),
    h('dl', { class: 'facts' },
      fact('Id', h('code', {}, item.ItemId)),
      fact('Appeared', item.Timestamp.startsWith('0001') ? 'unknown' : time(item.Timestamp)),
      item.ExpiresAt && fact('Expires', time(item.ExpiresAt)),
      fact('Popularity now', `${number(facts.Popularity, 2)}${facts.Rank ? `, place ${facts.Rank}` : ''}`),
      item.Labels && fact('Labels', h('code', {}, JSON.stringify(item.Labels)))),
    may('write') && h('button', {
      type: 'button', class: 'quiet',
      async onclick() {
        try {
          await call('PATCH', `/api/item/${id(itemId)}`, { IsHidden: !hidden });
          toast(hidden ? 'Shown again.' : 'Hidden: no list has it any more.');
          await showItem(detail, itemId, signal);
        } catch (problem) {
          toast(problem.message, true);
        }
      },
    }, hidden ? 'Show it again' : 'Hide it'),
    h('h3', {}, 'Items like it'),
    facts.Neighbors.length === 0 ? h('p', { class: 'empty' }, 'None known yet.') : list(facts.Neighbors, most));
}

const fact = (name, value) => h('div', {}, h('dt', {}, name), h('dd', {}, value));

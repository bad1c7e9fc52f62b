// Catalog: find an item, see its neighbours, how popular it is, and whether it is shown.
import { call, get, id, may } from './api.js';
import { bar } from './charts.js';
import { h, later, number, replace, time, toast } from './dom.js';

export const title = 'Catalog';

// What was looked for stays when one of what was found is opened.
let query = '';
let chosen = 0;

// An answer that comes after that to a later question is not shown.
let latest = 0;

export async function show(main, [item], signal) {
  // Of the results only their number is spoken: a list would be read from its beginning at every letter.
  const results = { title: h('h2', { id: 'results-title' }), count: h('span', { class: 'badge', role: 'status' }), items: h('div', {}) };
  const detail = h('section', { class: 'card wide', 'aria-labelledby': 'item-title' });
  const lists = await get('/api/console/lists');
  if (signal.aborted) return;
  const refresh = () => find(results, lists[chosen] ?? lists[0], item).catch(problem => toast(problem.message, true));
  const search = later(120, text => { query = text; return refresh(); });
  replace(main,
    h('h1', {}, 'Catalog'),
    h('p', { class: 'lead' }, 'Every item: how popular it is, what is like it, and whether it is shown.'),
    h('form', { class: 'picker', role: 'search', onsubmit: event => event.preventDefault() },
      h('label', { for: 'query' }, 'Title or id'),
      h('input', { id: 'query', type: 'search', autocomplete: 'off', placeholder: 'such as toy story', value: query, oninput: event => search(event.target.value) }),
      h('label', { for: 'list' }, 'or list'),
      h('select', { id: 'list', onchange(event) { chosen = event.target.selectedIndex; query = document.getElementById('query').value = ''; return refresh(); } },
        lists.map((list, index) => h('option', { selected: index === chosen }, nameOf(list))))),
    h('div', { class: 'columns' },
      h('section', { class: 'card', 'aria-labelledby': 'results-title' }, h('div', { class: 'title-row' }, results.title, results.count), results.items), detail));
  await Promise.all([refresh(), item ? showItem(detail, item, signal) : replace(detail, h('h2', { id: 'item-title' }, 'Item'), h('p', { class: 'empty' }, 'Choose one.'))]);
}

const Names = { popular: 'Popular now', latest: 'Newest', trending: 'Trending' };
const nameOf = list => `${Names[list.Name] ?? list.Name}${list.Window ? `, last ${list.Window}` : ''}`;

async function find(results, chosenList, current) {
  const isSearch = query.trim() !== '';
  const asked = ++latest;
  const items = await get(isSearch ? `/api/console/items?q=${id(query)}` : `/api/console/lists/${id(chosenList.Name)}?window=${id(chosenList.Window ?? '')}`);
  if (asked !== latest) return;
  const most = Math.max(...items.map(found => found.Score), 1e-9);
  // The score of the newest is when they appeared.
  const figure = !isSearch && chosenList.Name === 'latest' ? found => h('time', {}, time(found.Score * 1000)) : undefined;
  results.title.textContent = isSearch ? 'Found' : nameOf(chosenList);
  results.count.textContent = `${items.length} items`;
  replace(results.items, items.length === 0 ? h('p', { class: 'empty' }, isSearch ? 'No title has these words.' : 'Nothing now.') : list(items, most, current, figure));
}

const list = (items, most, current, figure = found => bar(found.Score / most, number(found.Score, 2))) => h('ol', { class: 'found' }, items.map(found => h('li', {},
  h('a', { href: `#catalog/${id(found.Id)}`, 'aria-current': found.Id === current && 'true' }, found.Name ?? found.Id),
  figure(found))));

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

// Explore: a user or an anonymous session, what they did, what they would see now and why; act, and watch the list change.
import { answerOf, call, get, id, may, post } from './api.js';
import { bar } from './charts.js';
import { ago, h, later, number, replace, toast } from './dom.js';
import { askToErase } from './erase.js';
import { icon } from './icons.js';

export const title = 'Explore';

const Shown = 12;
const Newest = 12;
const Actions = [['like', 'Like'], ['read', 'View'], ['dislike', 'Dislike']];

export async function show(main, [user], signal) {
  const state = { user: user || null, session: [], isAnonymous: user === '', previous: new Map(), recommendationId: null };
  const history = h('section', { class: 'card', 'aria-labelledby': 'history-title' });
  const list = h('section', { class: 'card wide', 'aria-labelledby': 'list-title' });
  replace(main,
    h('h1', {}, 'Explore'),
    h('p', { class: 'lead' }, 'What a user did, what they would be shown now, and why. Act on an item: the next list has seen it.'),
    picker(state),
    state.user || state.isAnonymous ? h('div', { class: 'columns' }, history, list) : await beginning());
  if (state.user || state.isAnonymous) await refresh(state, history, list, signal);
}

/** Before anybody is chosen: some who could be. */
async function beginning() {
  const users = await get('/api/console/users?q=');
  return h('section', { class: 'card beginning', 'aria-labelledby': 'beginning-title' },
    h('h2', { id: 'beginning-title' }, users.length > 0 ? 'Some users' : 'Nobody has acted yet'),
    users.length > 0
      ? h('ul', { class: 'chips' }, users.slice(0, 16).map(user => h('li', {}, h('a', { class: 'chip', href: `#explore/${id(user)}` }, user))))
      : h('p', { class: 'muted' }, 'Send actions to /api/feedback, or start an anonymous session and act here.'));
}

function picker(state) {
  const options = h('datalist', { id: 'users' });
  const suggest = later(120, async text => replace(options, (await get(`/api/console/users?q=${id(text)}`)).map(value => h('option', { value }))));
  const input = h('input', { id: 'user', list: 'users', autocomplete: 'off', required: true, placeholder: 'id, such as 15', value: state.user ?? '', oninput: event => suggest(event.target.value) });
  suggest(state.user ?? '');
  return h('form', {
    class: 'picker', role: 'search',
    onsubmit(event) { event.preventDefault(); location.hash = `#explore/${id(input.value.trim())}`; },
  },
  h('label', { for: 'user' }, 'User'), input, options,
  h('button', { type: 'submit' }, 'Show'),
  h('button', { type: 'button', class: 'quiet', onclick: () => { location.hash = '#explore/'; } }, 'Start an anonymous session'));
}

async function refresh(state, history, list, signal) {
  const [past, answer] = state.isAnonymous ? [sessionPast(state), await sessionAnswer(state)] : await Promise.all([
    get(`/api/console/users/${id(state.user)}`),
    answerOf('GET', `/api/recommend/${id(state.user)}?n=${Shown}&explain=true`)]);
  if (signal.aborted) return;
  const again = () => refresh(state, history, list, signal);
  state.recommendationId = answer.headers.get('X-Recommendation-Id');
  replace(history, historyOf(state, past, again));
  replace(list, listOf(state, answer.body, again));
  state.previous = new Map(answer.body.Items.map((item, rank) => [item.Id, rank]));
}

const sessionPast = state => ({ Known: true, History: [...state.session].reverse(), Categories: [], UserVersion: state.session.length });

const sessionAnswer = state => answerOf('POST', `/api/session/recommend?n=${Shown}&explain=true`,
  state.session.map(action => ({ FeedbackType: action.Type, ItemId: action.Id, Value: 1, Timestamp: action.Timestamp })));

function historyOf(state, past, refreshAll) {
  const known = past.Known;
  return [
    h('div', { class: 'title-row' },
      h('h2', { id: 'history-title' }, state.isAnonymous ? 'Anonymous session' : `User ${state.user}`),
      !state.isAnonymous && h('span', { class: known ? 'badge good' : 'badge', id: 'known' }, known ? 'known' : 'unknown')),
    h('p', { class: 'muted' }, state.isAnonymous ? 'Kept in this page only; nothing is stored.'
      : known ? `Version ${number(past.UserVersion)}: actions that are durable and counted.`
        : 'Nobody has this id: never seen, or erased.'),
    past.Categories.length > 0 && [h('h3', {}, 'Interests'), h('dl', { class: 'shares' }, past.Categories.slice(0, 6).map(part => h('div', {}, h('dt', {}, part.Category), h('dd', {}, bar(part.Share, `${number(part.Share * 100)} %`)))))],
    past.History.length === 0
      ? h('p', { class: 'empty' }, 'No action yet: the list beside has what is popular and new.')
      : [h('h3', {}, 'History'), historyList(past.History.slice(0, Newest)),
        past.History.length > Newest && h('details', {}, h('summary', {}, `${number(past.History.length - Newest)} older`), historyList(past.History.slice(Newest)))],
    known && !state.isAnonymous && may('admin') && h('div', { class: 'card-foot' }, h('button', {
      type: 'button', class: 'quiet danger', id: 'erase',
      async onclick() { if (await askToErase(state.user)) { state.previous = new Map(); await refreshAll(); document.getElementById('main').focus(); } },
    }, icon('erase'), 'Erase this user')),
  ];
}

const historyList = items => h('ol', { class: 'history' }, items.map(item => h('li', {},
  h('a', { href: `#catalog/${id(item.Id)}` }, item.Name ?? item.Id),
  h('time', { datetime: item.Timestamp, title: item.Timestamp }, ago(item.Timestamp)))));

function listOf(state, answer, refreshAll) {
  const scores = answer.Items.map(item => item.Score);
  const [worst, best] = [Math.min(...scores), Math.max(...scores)];
  return [
    h('div', { class: 'title-row' },
      h('h2', { id: 'list-title' }, 'Recommended now'),
      h('p', { class: 'muted' }, `model ${answer.ModelVersion}`, !state.isAnonymous && `, user version ${answer.UserVersion}`, answer.Stale && ', possibly stale')),
    answer.Items.length === 0 ? h('p', { class: 'empty' }, 'Nothing can be recommended.')
      : h('ol', { class: 'recommended' }, answer.Items.map((item, rank) => entryOf(state, item, rank, best === worst ? 1 : (item.Score - worst) / (best - worst), refreshAll))),
  ];
}

function entryOf(state, item, rank, share, refreshAll) {
  const before = state.previous.get(item.Id);
  const move = state.previous.size === 0 ? null : before === undefined ? ['new', 'new'] : before > rank ? ['up', `▲ ${before - rank}`] : before < rank ? ['down', `▼ ${rank - before}`] : null;
  const name = item.Name ?? item.Id;
  return h('li', { class: move?.[0] === 'new' ? 'arrived' : null },
    h('div', { class: 'entry' },
      h('span', { class: 'rank' }, rank + 1),
      h('div', { class: 'what' },
        h('a', { href: `#catalog/${id(item.Id)}` }, name),
        h('span', { class: 'why' }, headline(item.Explanation))),
      move && h('span', { class: `move ${move[0]}` }, move[1]),
      bar(share, number(item.Score, 2)),
      h('div', { class: 'acts' }, Actions.map(([type, label]) => (state.isAnonymous || may('write')) && h('button', {
        type: 'button', class: `small act ${type}`, 'aria-label': `${label} ${name}`, onclick: event => act(state, type, item, event.currentTarget, refreshAll),
      }, icon(type), label)))),
    item.Explanation && reasonsOf(item));
}

const SourceNames = {
  embedding: 'near the interest', sequence: 'what the order of actions suggests', linear: 'learned item weights', transitions: 'what follows', cooccurrence: 'what goes together',
  trending: 'popular now', new: 'new', catalog: 'the catalog',
};

function headline(reasons) {
  if (!reasons) return '';
  const because = reasons.Contributions.filter(part => part.Contribution > 0).slice(0, 2).map(part => part.Name ?? part.ItemId);
  const found = [...reasons.Sources].sort((left, right) => left.Rank - right.Rank).slice(0, 2).map(source => SourceNames[source.Source] ?? source.Source);
  return [because.length > 0 && `because of ${because.join(' and ')}`, found.length > 0 && found.join(', ')].filter(Boolean).join(' · ');
}

function reasonsOf(item) {
  const { Contributions, Features, Sources } = item.Explanation;
  const most = Math.max(...Contributions.map(part => Math.abs(part.Contribution)), 1e-9);
  return h('details', { class: 'reasons' }, h('summary', {}, 'Why', h('span', { class: 'hidden-text' }, ` ${item.Name ?? item.Id}`), '?'),
    h('div', { class: 'columns' },
      h('div', {}, h('h3', {}, 'Past actions'), h('ul', {}, Contributions.map(part => h('li', {}, h('span', {}, part.Name ?? part.ItemId), bar(Math.abs(part.Contribution) / most, number(part.Contribution, 3)))))),
      h('div', {}, h('h3', {}, 'Found by'), h('ul', {}, Sources.map(source => h('li', {}, h('span', {}, SourceNames[source.Source] ?? source.Source), h('span', { class: 'figure' }, `place ${source.Rank}`)))),
        h('h3', {}, 'What the ranker saw'), h('ul', {}, Features.slice(0, 6).map(feature => h('li', {}, h('code', {}, feature.Feature), h('span', { class: 'figure' }, `${feature.Contribution >= 0 ? '+' : '−'}${number(Math.abs(feature.Contribution), 3)}`)))))));
}

async function act(state, type, item, button, refreshAll) {
  button.disabled = true;
  try {
    const now = new Date().toISOString();
    if (state.isAnonymous) state.session.push({ Id: item.Id, Name: item.Name, Type: type, Timestamp: now });
    else {
      const action = { FeedbackType: type, UserId: state.user, ItemId: item.Id, Value: 1, Timestamp: now, EventId: crypto.randomUUID?.() ?? `${now}-${Math.random()}`, RecommendationId: state.recommendationId ?? undefined };
      if ((await post('/api/feedback', [action])).Erased) return offerToAdmit(state, button);
    }
    await refreshAll();
    toast(`${type} of ${item.Name ?? item.Id}: the list has seen it.`);
    document.querySelector('.recommended button')?.focus({ preventScroll: true });
  } catch (problem) {
    toast(problem.message, true);
    button.disabled = false;
  }
}

/** An erased user is refused for a time; somebody who has really come back is admitted again here. */
function offerToAdmit(state, button) {
  button.disabled = false;
  document.getElementById('refused')?.remove();
  const notice = h('div', { class: 'problem', role: 'alert', id: 'refused' },
    h('p', {}, `User ${state.user} was erased: actions are refused.`),
    may('write') && h('button', {
      type: 'button', class: 'small',
      async onclick() {
        await call('DELETE', `/api/erasures/${id(state.user)}`);
        notice.remove();
        toast(`User ${state.user} is admitted again, and begins anew.`);
      },
    }, 'Admit again'));
  document.querySelector('.columns').before(notice);
}

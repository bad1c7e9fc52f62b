// Models: which there are and how good, a refit as it runs, quality over time, promote and roll back.
import { get, may, post, watch } from './api.js';
import { lineChart, narrow } from './charts.js';
import { h, number, replace, time, toast } from './dom.js';

export const title = 'Models';

const Main = 'ndcg@10';

export async function show(main, _, signal) {
  if (!may('admin')) {
    replace(main, h('h1', {}, title), h('p', { class: 'empty' }, 'A key with the scope admin sees this.'));
    return;
  }
  const refit = h('section', { class: 'card', 'aria-labelledby': 'refit-title' });
  const quality = h('section', { class: 'card', 'aria-labelledby': 'quality-title' });
  const versions = h('section', { class: 'card', 'aria-labelledby': 'versions-title' });
  const online = h('section', { class: 'card', 'aria-labelledby': 'online-title' });
  replace(main, h('h1', {}, 'Models'), h('p', { class: 'lead' }, 'Train, compare, promote and roll back. Every silo changes over in one moment; no answer mixes two models.'),
    h('div', { class: 'columns even' }, refit, quality), online, versions);
  let serving = null;
  const reload = async () => {
    const [listing, came] = await Promise.all([get('/api/models'), get('/api/models/online')]);
    if (signal.aborted) return;
    serving = listing.ServingVersion;
    replace(quality, qualityOf(listing));
    replace(online, onlineOf(came, serving));
    replace(versions, versionsOf(listing, reload));
  };
  const showRefit = status => updateRefit(refit, status, reload);
  showRefit(await get('/api/refit'));
  await reload();
  narrow.addEventListener('change', reload, { signal });
  watch(status => {
    if (!status) return;
    if (status.Refit) showRefit(status.Refit);
    if (status.ServingVersion !== serving) {
      serving = status.ServingVersion;
      reload();
    }
  }, signal);
}

function updateRefit(card, status, reload) {
  const isRunning = status.State === 'Running';
  const key = `${status.RefitId}:${status.State}`;
  if (card.dataset.key !== key) {
    if (card.dataset.key && !isRunning) reload();
    card.dataset.key = key;
    replace(card,
      h('div', { class: 'title-row' }, h('h2', { id: 'refit-title' }, 'Refit'), h('span', { class: `badge ${{ Completed: 'good', Failed: 'bad', Refused: 'bad' }[status.State] ?? ''}`, id: 'refit-state' }, status.State)),
      isRunning && [h('label', { for: 'refit-progress', id: 'refit-stage' }, status.Stage), h('progress', { id: 'refit-progress', max: 1, value: status.Fraction })],
      h('dl', { class: 'facts' },
        status.Started && h('div', {}, h('dt', {}, 'Started'), h('dd', {}, time(status.Started))),
        status.Ended && h('div', {}, h('dt', {}, 'Took'), h('dd', {}, `${number((new Date(status.Ended) - new Date(status.Started)) / 1000, 1)} s`)),
        status.ModelVersion && h('div', {}, h('dt', {}, 'Model'), h('dd', {}, status.ModelVersion))),
      status.Message && h('p', {}, status.Message),
      may('admin') && (isRunning
        ? h('p', { class: 'muted' }, 'Requests are answered by the serving model meanwhile.')
        : h('div', { class: 'picker' },
          h('button', { type: 'button', id: 'start-refit', onclick: event => startRefit(event.target, card, reload) }, 'Train a new model'),
          h('label', { class: 'choice' }, h('input', { type: 'checkbox', id: 'force-refit' }), ' and serve it even if it is no better'))));
  }
  const progress = card.querySelector('progress');
  if (progress) {
    progress.value = status.Fraction;
    const stage = `${status.Stage}, ${number(status.Fraction * 100)} %`;
    if (card.querySelector('#refit-stage').textContent !== stage) card.querySelector('#refit-stage').textContent = stage;
  }
}

async function startRefit(button, card, reload) {
  button.disabled = true;
  try {
    updateRefit(card, await post('/api/refit', { Reason: 'console', Force: card.querySelector('#force-refit').checked }), reload);
    toast('The refit runs; when its model is good enough, it serves.');
  } catch (problem) {
    toast(problem.message, true);
    button.disabled = false;
  }
}

const metricOf = model => Object.keys(model.Metrics).find(name => name.toLowerCase().endsWith(Main)) ?? Object.keys(model.Metrics)[0];

function qualityOf(listing) {
  const models = [...listing.Models].reverse();
  const name = models.map(metricOf).find(Boolean);
  const points = models.filter(model => model.Metrics[name] !== undefined).map(model => ({ x: +new Date(model.Created), y: model.Metrics[name], label: `model ${model.Version}` }));
  return [h('h2', { id: 'quality-title' }, 'Offline quality'), h('p', { class: 'muted' }, 'Measured on the newest actions before a model is promoted.'),
    points.length === 0 ? h('p', { class: 'empty' }, 'No model has been measured yet.') : lineChart([{ name, points }], { title: `${name.toUpperCase()}, by version` })];
}

/** What came of the answers: the serving model's in figures, and a line for each list and model, by the hour of the answer. */
function onlineOf(lists, serving) {
  const acted = lists.filter(list => list.Clicks > 0).slice(0, 4);
  const linesOf = value => acted.map(list => ({
    name: `${list.List}, model ${list.ModelVersion}`,
    points: list.Hours.map(hour => ({ x: +new Date(hour.Hour), y: value(hour), label: time(hour.Hour) })),
  }));
  return [
    h('h2', { id: 'online-title' }, 'Online quality'),
    h('p', { class: 'muted' }, 'What came of the recommendations of the last 30 days: actions that named the answer which led to them.'),
    lists.length === 0 ? h('p', { class: 'empty' }, 'Nothing has been recommended yet.') : [
      tilesOf(lists.find(list => list.List === 'recommend' && list.ModelVersion === serving)),
      acted.length > 0
        ? h('div', { class: 'columns even' },
          lineChart(linesOf(hour => hour.Ndcg), { title: 'NDCG of the answers, by hour', fromZero: true }),
          lineChart(linesOf(hour => hour.ClickThrough), { title: 'Click-through, by hour', fromZero: true }))
        : h('p', { class: 'muted' }, 'No action has named a recommendation yet: send the header X-Recommendation-Id back as RecommendationId.'),
      h('details', {}, h('summary', {}, 'Every list and model'), tableOf(lists))],
  ];
}

function tilesOf(list) {
  if (!list) return null;
  const tile = (name, value, note) => h('div', { class: 'tile' }, h('span', { class: 'tile-name' }, name), h('span', { class: 'tile-value' }, value), h('span', { class: 'tile-note' }, note));
  return h('div', { class: 'tiles' },
    tile('Answers', number(list.Answers), `${number(list.Impressions)} items, serving model ${list.ModelVersion}`),
    tile('Click-through', `${number(list.ClickThrough * 100, 1)} %`, `of the answers; clicks: ${number(list.Clicks)}`),
    tile('Conversions', number(list.Conversions), `${number(list.ConversionRate * 100, 1)} % of the answers`),
    tile('NDCG', number(list.Ndcg, 3), 'of what was shown, by what was acted on'));
}

const tableOf = lists => h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': 'online-title' }, h('table', { id: 'online' },
  h('thead', {}, h('tr', {}, ['List', 'Model', 'Answers', 'Items', 'Clicks', 'Click-through', 'Conversions', 'NDCG'].map((text, column) => h('th', { scope: 'col', class: column > 0 ? 'figure' : null }, text)))),
  h('tbody', {}, lists.map(list => h('tr', {}, h('th', { scope: 'row' }, list.List),
    [list.ModelVersion, list.Answers, list.Impressions, list.Clicks].map(count => h('td', { class: 'figure' }, number(count))),
    h('td', { class: 'figure' }, number(list.ClickThrough, 4)), h('td', { class: 'figure' }, number(list.Conversions)), h('td', { class: 'figure' }, number(list.Ndcg, 4)))))));

function versionsOf(listing, reload) {
  const names = [...new Set(listing.Models.flatMap(model => Object.keys(model.Metrics)))];
  const shown = names.filter(name => /ndcg|hit|recall|map/i.test(name)).slice(0, 4);
  return [
    h('div', { class: 'title-row' }, h('h2', { id: 'versions-title' }, 'Versions'),
      may('admin') && listing.PreviousVersion !== null && h('button', {
        type: 'button', class: 'quiet', id: 'roll-back',
        onclick: event => promote(event.target, '/api/models/rollback', reload),
      }, `Roll back to ${listing.PreviousVersion}`)),
    listing.Models.length === 0 ? h('p', { class: 'empty' }, 'None yet: train one.') : h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': 'versions-title' }, h('table', { id: 'versions' },
      h('thead', {}, h('tr', {}, ['Version', 'Created', 'Why', 'Users', 'Items', 'Actions', 'Took', ...shown, ''].map((text, column) => h('th', { scope: 'col', class: text && column > 2 ? 'figure' : null }, text || h('span', { class: 'hidden-text' }, 'Do'))))),
      h('tbody', {}, listing.Models.map(model => rowOf(model, listing, shown, reload))))),
    listing.Models.length > 0 && h('details', {}, h('summary', {}, 'All metrics of the serving model'),
      h('dl', { class: 'metrics' }, Object.entries((listing.Models.find(model => model.Version === listing.ServingVersion) ?? listing.Models[0]).Metrics)
        .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', { class: 'figure' }, number(value, 4)))))),
  ];
}

function rowOf(model, listing, shown, reload) {
  const serves = model.Version === listing.ServingVersion;
  return h('tr', { class: serves ? 'serving' : null },
    h('th', { scope: 'row' }, model.Version, ' ', serves && h('span', { class: 'badge good' }, 'serves')),
    h('td', {}, time(model.Created)),
    h('td', {}, model.Reason),
    [model.Users, model.Items, model.Events].map(count => h('td', { class: 'figure' }, number(count))),
    h('td', { class: 'figure' }, `${number(model.TrainingSeconds, 1)} s`),
    shown.map(name => h('td', { class: 'figure' }, number(model.Metrics[name], 4))),
    h('td', {}, !serves && may('admin') && h('button', {
      type: 'button', class: 'small', 'aria-label': `Promote model ${model.Version}`,
      onclick: event => promote(event.target, `/api/models/${model.Version}/promote`, reload),
    }, 'Promote')));
}

async function promote(button, path, reload) {
  button.disabled = true;
  try {
    const result = await post(path);
    toast(`Model ${result.ServingVersion} serves.`);
    await reload();
  } catch (problem) {
    toast(problem.message, true);
    button.disabled = false;
  }
}

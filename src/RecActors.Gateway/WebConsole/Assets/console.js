// The frame: who is logged in, which page is shown, and the pulse of the server.
import { call, connect, loadSession, may, post, session, watch } from './api.js';
import { h, number, replace, toast } from './dom.js';
import * as explore from './explore.js';
import * as catalog from './catalog.js';
import * as models from './models.js';
import * as system from './system.js';

const pages = { explore, catalog, models, system, login: { title: 'Log in', show: showLogin } };
const main = document.getElementById('main');
let leaving = new AbortController();

async function route(event) {
  const [name, ...rest] = location.hash.slice(1).split('/');
  const wanted = session.signedIn && name !== 'login' ? pages[name] ?? explore : session.signedIn && session.open ? explore : pages.login;
  leaving.abort();
  leaving = new AbortController();
  document.title = `${wanted.title} · RecActors`;
  for (const link of document.querySelectorAll('#sections a')) {
    if (pages[link.hash.slice(1)] === wanted) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  // Each page has an element of its own: one that is slow to come does not write over the next.
  const page = h('div', {});
  replace(main, page);
  try {
    await wanted.show(page, rest.map(decodeURIComponent), leaving.signal);
  } catch (problem) {
    replace(page, h('h1', {}, wanted.title), h('p', { class: 'problem', role: 'alert' }, problem.message));
  }
  if (event) main.focus({ preventScroll: true });
}

async function enter() {
  await loadSession();
  document.getElementById('session').textContent = session.open ? 'open: no key needed' : session.name ?? '';
  document.getElementById('logout').hidden = session.open || !session.signedIn;
  document.getElementById('sections').hidden = !session.signedIn;
  document.getElementById('pulse').hidden = !may('admin');
  connect();
}

function showLogin(element) {
  const key = h('input', { id: 'key', type: 'password', autocomplete: 'current-password', required: true, spellcheck: 'false' });
  const failure = h('p', { class: 'problem', role: 'alert', hidden: true });
  replace(element, h('section', { class: 'card login' },
    h('h1', {}, 'Log in'),
    h('p', { class: 'muted' }, 'With an API key. One is made by'),
    h('code', { class: 'line' }, 'recactors keys add --scopes admin'),
    h('form', {
      async onsubmit(event) {
        event.preventDefault();
        try {
          await post('/api/console/session', { Key: key.value });
          await enter();
          location.hash = '#explore';
        } catch (problem) {
          failure.hidden = false;
          failure.textContent = problem.message;
          key.select();
        }
      },
    }, h('label', { for: 'key' }, 'API key'), key, failure, h('button', { type: 'submit' }, 'Log in'))));
  key.focus();
}

document.getElementById('logout').addEventListener('click', async () => {
  await call('DELETE', '/api/console/session');
  await enter();
  location.hash = '#login';
});

document.getElementById('theme').addEventListener('click', () => {
  const isDark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = isDark ? 'light' : 'dark';
  try { localStorage.setItem('theme', document.documentElement.dataset.theme); } catch { /* Only for this page then. */ }
});
try { if (localStorage.getItem('theme')) document.documentElement.dataset.theme = localStorage.getItem('theme'); } catch { /* As the system has it. */ }

watch(status => {
  const pulse = document.getElementById('pulse');
  pulse.className = `pulse ${status?.Ready ? 'good' : 'bad'}`;
  const text = !status ? 'no connection' : status.Ready ? `serving model ${number(status.ServingVersion)}` : status.Reason ?? 'not ready';
  if (pulse.textContent !== text) pulse.textContent = text;
});

addEventListener('hashchange', route);
try {
  await enter();
} catch (problem) {
  toast(problem.message, true);
}
await route();

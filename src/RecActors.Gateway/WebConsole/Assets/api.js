// Calls the server: JSON in and out, problems as errors, the session's token with every change.

let token = null;
export const session = { signedIn: false, open: false, name: null, scopes: [] };

export const may = scope => session.scopes.includes(scope) || session.scopes.includes('admin');

export class Problem extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? problem?.title ?? `The server answered ${status}.`);
    this.status = status;
  }
}

/** What the server answers, with its headers. */
export async function answerOf(method, path, body) {
  const headers = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (token && method !== 'GET') headers['X-CSRF-Token'] = token;
  const response = await fetch(path, { method, headers, credentials: 'same-origin', body: body === undefined ? undefined : JSON.stringify(body) });
  const type = response.headers.get('Content-Type') ?? '';
  const answer = type.includes('json') ? await response.json() : null;
  if (!response.ok) {
    if (response.status === 401 && session.signedIn) location.hash = '#login';
    throw new Problem(response.status, answer);
  }
  return { body: answer, headers: response.headers };
}

export const call = async (method, path, body) => (await answerOf(method, path, body)).body;

export const get = path => call('GET', path);
export const post = (path, body) => call('POST', path, body);
export const id = text => encodeURIComponent(text);

export async function loadSession() {
  const answer = await get('/api/console/session');
  Object.assign(session, { signedIn: answer.SignedIn, open: answer.Open, name: answer.Name, scopes: answer.Scopes });
  token = answer.Token;
  return session;
}

// One stream of events for all pages: whoever wants them, subscribes.
const listeners = new Set();
let source = null;
let last = null;

export function watch(listener, signal) {
  listeners.add(listener);
  signal?.addEventListener('abort', () => listeners.delete(listener));
  if (last) listener(last);
}

export function connect() {
  source?.close();
  source = last = null;
  if (!may('admin')) return;
  source = new EventSource('/api/console/events');
  source.addEventListener('status', event => {
    last = JSON.parse(event.data);
    for (const listener of [...listeners]) listener(last);
  });
  source.onerror = () => { for (const listener of [...listeners]) listener(null); };
}

// Erases a user, once the id has been typed, and shows how that goes on: what is gone at once, for how long the user is refused, and the job
// that leaves no byte behind, to its end.
import { call, get, id, post, watch } from './api.js';
import { h, replace } from './dom.js';
import { icon } from './icons.js';

/** Opens the dialog; resolves when it is closed, with whether the user was erased. */
export function askToErase(user) {
  const leaving = new AbortController();
  const typed = h('input', { id: 'erase-id', autocomplete: 'off', spellcheck: 'false', required: true, 'aria-describedby': 'erase-means' });
  const confirm = h('button', { type: 'submit', class: 'danger', disabled: true }, 'Erase for good');
  typed.addEventListener('input', () => { confirm.disabled = typed.value !== user; });
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': 'erase-title' });
  let erased = false;
  replace(dialog,
    h('h2', { id: 'erase-title' }, `Erase user ${user}?`),
    h('div', { id: 'erase-means' },
      h('p', {}, 'Profile, history and attribution are removed on every silo, at once. What still arrives of this user is refused for as long as the settings say. Then the store is rewritten, so that no byte is left.'),
      h('p', {}, h('strong', {}, 'Nothing brings this back.'))),
    h('form', {
      async onsubmit(event) {
        event.preventDefault();
        if (typed.value !== user) return;
        erased = true;
        await run(dialog, user, leaving.signal);
      },
    },
    h('label', { for: 'erase-id' }, 'Type ', h('code', {}, user), ' to confirm'), typed,
    h('div', { class: 'buttons' }, h('button', { type: 'button', class: 'quiet', onclick: () => dialog.close() }, 'Cancel'), confirm)));
  document.body.append(dialog);
  dialog.showModal();
  typed.focus();
  return new Promise(resolve => dialog.addEventListener('close', () => {
    leaving.abort();
    dialog.remove();
    resolve(erased);
  }));
}

async function run(dialog, user, signal) {
  const steps = [step('Profile, history, caches and attribution'), step('What arrives late'), step('Every byte in the store')];
  const close = h('button', { type: 'button', onclick: () => dialog.close() }, 'Close');
  const note = h('p', { class: 'muted' }, 'This may be closed: the job goes on, and System shows it.');
  replace(dialog,
    h('h2', { id: 'erase-title' }, `Erasing user ${user}`),
    h('div', { role: 'status' }, h('ol', { class: 'steps' }, steps.map(part => part.element))),
    note, h('div', { class: 'buttons' }, close));
  close.focus();
  const [removed, refused, compacted] = steps;
  let current = removed;
  try {
    removed.show('running', 'being removed');
    const { Compaction: before, RefusesForSeconds: refusedFor } = await get('/api/erasures');
    const { RowAffected: known } = await call('DELETE', `/api/user/${id(user)}`);
    removed.show('done', known ? 'removed on every silo' : 'there was no such user');
    current = refused;
    refused.show('done', refusal(refusedFor));
    current = compacted;
    await compact(compacted, before, signal);
    note.hidden = true;
  } catch (problem) {
    if (!signal.aborted) current.show('failed', problem.message);
  }
}

/** What the settings make of a user who is erased now; not every server says it while a cluster is upgraded. */
function refusal(seconds) {
  if (seconds === 0) return 'not refused: RecActors:Users:RefuseErasedFor is 0';
  if (!seconds) return 'refused from now on';
  const [unit, size] = seconds < 86400 ? ['hour', 3600] : ['day', 86400];
  return `refused for ${(seconds / size).toLocaleString('en', { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 })}`;
}

/** A job that ran already before the erasure has not seen it: then another one follows. */
async function compact(shown, before, signal) {
  shown.show('running', 'the store is rewritten');
  let job = (await post('/api/erasures/compact', {})).Compaction;
  const ranBefore = before.State === 'Running' && before.Started === job.Started;
  job = await end(job, shown, signal);
  if (ranBefore) job = await end((await post('/api/erasures/compact', {})).Compaction, shown, signal);
  if (job.State === 'Completed') shown.show('done', 'none is left: the store was rewritten');
  else shown.show('failed', job.Message ?? job.State);
}

/** Follows a compaction in the stream of events. */
const end = (job, shown, signal) => new Promise((resolve, reject) => {
  const following = new AbortController();
  signal.addEventListener('abort', () => { following.abort(); reject(signal.reason); });
  const look = now => {
    if (!now || new Date(now.Started) < new Date(job.Started)) return;
    if (now.State === 'Running') {
      if (now.Step) shown.show('running', now.Step);
      return;
    }
    following.abort();
    resolve(now);
  };
  look(job);
  watch(status => look(status?.Erasure?.Compaction), following.signal);
});

function step(name) {
  const mark = h('span', { class: 'mark' });
  const note = h('span', { class: 'muted' }, 'waits');
  const element = h('li', { class: 'waiting' }, mark, h('div', {}, h('strong', {}, name), note));
  return {
    element,
    show(state, text) {
      element.className = state;
      replace(mark, state === 'done' || state === 'failed' ? icon(state) : null);
      if (note.textContent !== text) note.textContent = text;
    },
  };
}

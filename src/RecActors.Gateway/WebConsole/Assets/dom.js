// Builds elements. Text is always text: nothing that the server says is read as HTML.

/** An element: h('a', { href, onclick, class: 'x' }, children…). Children are nodes, texts, or nothing. */
export function h(tag, attributes = {}, ...children) {
  const element = tag.startsWith('svg:')
    ? document.createElementNS('http://www.w3.org/2000/svg', tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style') for (const [property, text] of Object.entries(value)) element.style.setProperty(property, text);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

export const replace = (element, ...children) => element.replaceChildren(...children.flat(Infinity).filter(child => child));

export const number = (value, digits = 0) => value === null || value === undefined || Number.isNaN(value) ? '–'
  : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const milliseconds = value => value === null || value === undefined ? '–' : `${number(value, value < 10 ? 1 : 0)} ms`;

export const bytes = value => value === null || value === undefined ? '–' : `${number(value / 2 ** 20)} MiB`;

export const time = value => value ? new Date(value).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' }) : '–';

export function ago(value) {
  const seconds = (Date.now() - new Date(value)) / 1000;
  const [unit, size] = seconds < 90 ? ['second', 1] : seconds < 5400 ? ['minute', 60] : seconds < 129600 ? ['hour', 3600] : seconds < 63072000 ? ['day', 86400] : ['year', 31536000];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-Math.round(seconds / size), unit);
}

let hiding;
export function toast(text, isError = false) {
  const element = document.getElementById('toast');
  element.textContent = text;
  element.className = isError ? 'shown error' : 'shown';
  clearTimeout(hiding);
  hiding = setTimeout(() => { element.className = ''; }, isError ? 8000 : 4000);
}

/** Calls at most once per pause, with the last arguments. */
export function later(pause, call) {
  let timer;
  return (...args) => { clearTimeout(timer); timer = setTimeout(() => call(...args), pause); };
}

// What a person does at the console of a server with keys: node login.js SERVER PACKAGES PICTURES ADMINS-KEY READERS-KEY
// Prints a line for each thing that was seen; ends with an error at the first that was not.
const assert = require('node:assert/strict');
const { server, rest, seen, check, run } = require('./browser.js');

const [admin, reader] = rest;
const Cookie = 'recactors-console';

run(async ({ page, context, faults }) => {
  const headers = (await page.goto(server)).headers();
  assert.match(headers['content-security-policy'], /^default-src 'none'; script-src 'self';.*frame-ancestors 'none'/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin');

  // Nothing is shown to who has not logged in, nor to who has a wrong key.
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Models' }).count(), 0);
  await check(page, 'login');
  await logIn('recactors_wrong');
  await page.getByRole('alert').filter({ hasText: 'unknown, revoked or expired' }).waitFor();
  assert.deepEqual((await context.cookies()).map(cookie => cookie.name), []);
  assert.equal(await statusOf('GET', '/api/models'), 401);
  // The browser itself reports that the server has refused.
  assert.ok(faults.length > 0 && faults.every(fault => fault.includes('401')), faults.join('\n'));
  faults.length = 0;
  seen('login: a wrong key is refused');

  // An administrator sees everything and may change it; the cookie alone may not.
  await logIn(admin);
  await page.getByRole('button', { name: 'Log out' }).waitFor();
  const [cookie] = await context.cookies();
  assert.deepEqual([cookie.name, cookie.sameSite, cookie.httpOnly], [Cookie, 'Strict', true]);
  assert.ok(!cookie.value.includes(admin));
  assert.equal(await page.evaluate(() => document.cookie), '');
  await go('models');
  await page.getByRole('button', { name: 'Train a new model' }).waitFor();
  await go('system');
  await page.waitForSelector('.tile.good');
  await go('explore/somebody');
  await page.getByRole('button', { name: /^Like / }).first().click();
  await page.locator('.history li').waitFor();
  await page.getByRole('button', { name: 'Erase this user' }).waitFor();
  assert.equal(await statusOf('POST', '/api/user'), 403);
  assert.equal(await statusOf('POST', '/api/user', { 'X-CSRF-Token': 'forged' }), 403);
  assert.equal(await statusOf('POST', '/api/user', { 'X-CSRF-Token': await page.evaluate(async () => (await (await fetch('/api/console/session')).json()).Token) }), 200);
  seen('login: an administrator changes things, a request without the token does not');

  // Who has logged out is nobody.
  await page.getByRole('button', { name: 'Log out' }).press('Enter');
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  assert.deepEqual(await context.cookies(), []);
  assert.equal(await statusOf('GET', '/api/models'), 401);
  await page.goto(`${server}/#models`);
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  seen('login: logged out');

  // A reader looks, and is offered nothing that would be refused.
  await logIn(reader);
  await page.getByRole('button', { name: 'Log out' }).waitFor();
  await go('explore/somebody');
  await page.waitForSelector('.recommended > li');
  assert.equal(await page.getByRole('button', { name: /^(Like|View|Dislike) |Erase/ }).count(), 0);
  await page.locator('.recommended .what > a').first().click();
  await page.waitForSelector('text=Items like it');
  assert.equal(await page.getByRole('button', { name: /Hide it|Show it again/ }).count(), 0);
  for (const name of ['models', 'system']) {
    await go(name);
    await page.getByText('A key with the scope admin sees this.').waitFor();
  }
  assert.equal(await page.getByRole('button', { name: /Train|Promote|Roll back|Rewrite/ }).count(), 0);
  assert.equal(await statusOf('GET', '/api/models'), 403);
  seen('login: a reader sees no button of an administrator');

  async function logIn(key) {
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Log in' }).click();
  }

  function go(name) {
    return page.evaluate(hash => { location.hash = hash; }, `#${name}`);
  }

  /** What the browser's cookie alone, and the headers, get from the server. */
  async function statusOf(method, path, headers = {}) {
    const data = method === 'POST' ? { UserId: 'made-at-the-console' } : undefined;
    return (await context.request.fetch(server + path, { method, headers, data })).status();
  }
});

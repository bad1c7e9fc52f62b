// What a person does at the console of a server that is open: node browse.js SERVER PACKAGES PICTURES
// Prints a line for each thing that was seen; ends with an error at the first that was not.
const assert = require('node:assert/strict');
const { server, seen, check, run } = require('./browser.js');

run(async ({ page }) => {
  await explore(page);
  await beNobody(page);
  await browseTheCatalog(page);
  await train(page);
  await erase(page);
  await lookAtTheSystem(page);
});

/** History by title, reasons, and the list after an action. */
async function explore(page) {
  await page.goto(`${server}/#explore`);
  await page.getByLabel('User', { exact: true }).fill('15');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.recommended > li');
  const first = await page.locator('.recommended .what > a').first().textContent();
  assert.match(await page.locator('.history a').first().textContent(), /\(\d{4}\)/);
  assert.ok(await page.locator('.why').first().textContent());
  await page.getByText(`Why ${first}?`).click();
  await page.getByText('What the ranker saw').first().waitFor();
  await check(page, 'why');
  await page.getByRole('button', { name: `Like ${first}`, exact: true }).click();
  await page.waitForFunction(name => document.querySelector('.history a').textContent === name, first);
  const after = await page.locator('.recommended .what > a').allTextContents();
  assert.ok(!after.includes(first));
  assert.ok(await page.locator('.move').count() > 0);
  await quiet(page);
  await check(page, 'explore');
  seen('explore: the list has seen the action');
}

/** An anonymous session, by keyboard alone. */
async function beNobody(page) {
  await page.getByRole('button', { name: 'Start an anonymous session' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=nothing is stored');
  await page.waitForSelector('.recommended > li');
  await page.locator('.recommended button').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.history li');
  assert.equal(await page.getByRole('button', { name: 'Erase this user' }).count(), 0);
  seen('explore: an anonymous session');
}

/** Search, neighbours, and visibility with its effect. */
async function browseTheCatalog(page) {
  await page.goto(`${server}/#catalog`);
  await page.waitForSelector('.found a');
  for (const [name, list] of [['Newest', 'latest'], ['Trending, last 1h', 'trending?window=1h'], ['Popular now', 'popular']]) {
    const answered = page.waitForResponse(response => response.url().startsWith(`${server}/api/console/lists/${list}`));
    await page.getByLabel('or list').selectOption({ label: name });
    const count = (await (await answered).json()).length;
    await page.getByRole('status').filter({ hasText: `${count} items` }).waitFor();
    await page.getByRole('heading', { name }).waitFor();
  }
  await page.getByLabel('Title or id').fill('toy story 1995');
  await page.waitForFunction(() => document.querySelectorAll('.found a').length === 1);
  await page.locator('.found a').first().click();
  await page.waitForSelector('text=Items like it');
  await page.waitForSelector('section.wide .found a');
  await quiet(page);
  await check(page, 'catalog');
  const popular = async () => (await (await page.request.get(`${server}/api/popular?n=1000`)).json()).map(item => item.Id);
  const until = async shown => { while ((await popular()).includes('1') !== shown); };
  await until(true);
  await page.getByRole('button', { name: 'Hide it' }).click();
  await page.locator('#visibility', { hasText: 'hidden' }).waitFor();
  await until(false);
  await page.getByRole('button', { name: 'Show it again' }).click();
  await page.locator('#visibility', { hasText: 'shown' }).waitFor();
  await until(true);
  seen('catalog: found, its neighbours, hidden from the lists and shown again');
}

/** A refit followed to its promotion, a roll back, and quality over time, offline and online. */
async function train(page) {
  await page.goto(`${server}/#models`);
  const serving = () => page.locator('tr.serving th').first().textContent();
  await page.waitForSelector('tr.serving');
  const before = parseInt(await serving());
  await page.getByLabel('even if it is no better').check();
  await page.getByRole('button', { name: 'Train a new model' }).click();
  await page.waitForSelector('#refit-progress');
  await quiet(page);
  await check(page, 'refit');
  seen('models: a refit runs');
  await page.waitForFunction(version => parseInt(document.querySelector('tr.serving th')?.textContent) > version, before, { timeout: 90_000 });
  await page.waitForFunction(() => document.querySelector('#refit-state').textContent === 'Completed');
  seen('models: the refit was promoted');
  await page.locator('#roll-back').click();
  await page.waitForFunction(version => parseInt(document.querySelector('tr.serving th')?.textContent) === version, before);
  seen('models: rolled back');
  await page.locator('section[aria-labelledby=quality-title] .chart circle').nth(1).waitFor();
  // The person who explored has acted on what was shown, which is counted a moment later.
  while (!(await (await page.request.get(`${server}/api/models/online`)).json()).some(list => list.Clicks > 0));
  await page.reload();
  await page.locator('section[aria-labelledby=online-title] .chart circle').first().waitFor();
  await page.locator('#pulse', { hasText: `serving model ${before}` }).waitFor();
  await quiet(page);
  await check(page, 'models');
  seen('models: quality over time, offline and online');
}

/** A user is erased, to the end of the store's compaction; then nobody knows the user, and nothing brings the user back. */
async function erase(page) {
  const user = '20';
  await page.goto(`${server}/#explore/${user}`);
  const delivered = page.waitForRequest(request => request.method() === 'POST' && request.url() === `${server}/api/feedback`);
  const first = await page.locator('.recommended .what > a').first().textContent();
  await page.getByRole('button', { name: `Like ${first}`, exact: true }).click();
  const event = (await delivered).postDataJSON();
  await page.waitForFunction(name => document.querySelector('.history a').textContent === name, first);
  assert.equal(await page.locator('#known').textContent(), 'known');

  // By keyboard, and only with the id.
  await page.getByRole('button', { name: 'Erase this user' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: `Erase user ${user}?` });
  await dialog.getByLabel('Type').pressSequentially('2');
  assert.ok(await dialog.getByRole('button', { name: 'Erase for good' }).isDisabled());
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal((await page.request.get(`${server}/api/user/${user}`)).status(), 200);
  await page.getByRole('button', { name: 'Erase this user' }).press('Enter');
  await dialog.getByLabel('Type').pressSequentially(user);
  await quiet(page);
  await check(page, 'erase');
  await page.keyboard.press('Enter');
  await page.locator('.steps li:nth-child(3).done').waitFor({ timeout: 60_000 });
  assert.equal(await page.locator('.steps li.done').count(), 3);
  await page.locator('.steps li', { hasText: 'refused for 30 days' }).waitFor();
  const { RefusedUsers: refused, Compaction: compaction } = await (await page.request.get(`${server}/api/erasures`)).json();
  assert.deepEqual([refused, compaction.State], [1, 'Completed']);
  await check(page, 'erased');
  await page.getByRole('dialog', { name: `Erasing user ${user}` }).getByRole('button', { name: 'Close' }).click();

  // Nobody knows the user, and the search finds nobody.
  await page.locator('#known', { hasText: 'unknown' }).waitFor();
  assert.equal(await page.locator('.history li').count(), 0);
  assert.equal((await page.request.get(`${server}/api/user/${user}`)).status(), 404);
  assert.equal(await page.getByRole('button', { name: 'Erase this user' }).count(), 0);
  const found = page.waitForResponse(response => response.url().endsWith(`/api/console/users?q=${user}`));
  await page.getByLabel('User', { exact: true }).fill(user);
  assert.ok(!(await (await found).json()).includes(user));

  // What is delivered once more is refused, and so is what is new.
  const late = await (await page.request.post(`${server}/api/feedback`, { data: event })).json();
  assert.deepEqual([late.RowAffected, late.Erased], [0, 1]);
  await page.locator('.recommended button').first().click();
  await page.locator('#refused').waitFor();
  assert.equal((await page.request.get(`${server}/api/user/${user}`)).status(), 404);
  seen('explore: a user was erased, is unknown, and is refused');
}

/** Live figures. */
async function lookAtTheSystem(page) {
  await page.goto(`${server}/#system`);
  await page.waitForSelector('.tile.good');
  await page.waitForSelector('#silos-title ~ .scroll td');
  await page.waitForFunction(() => document.querySelectorAll('.chart polyline').length >= 2);
  await page.getByText('SQLite in the data folder').waitFor();
  await page.locator('#compaction-state', { hasText: 'completed' }).waitFor();
  await page.locator('.errors li', { hasText: 'not found' }).waitFor();
  assert.equal(await page.locator('#silos-title ~ .scroll td').nth(2).textContent(), 'serve, train');
  await check(page, 'system');
  seen('system: live');
}

/** Without the note at the bottom, which would be in the picture. */
const quiet = page => page.evaluate(() => { document.getElementById('toast').className = ''; });

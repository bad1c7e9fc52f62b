// What a person does at the console, in a real Chromium: node browse.js SERVER PACKAGES PICTURES
// Prints a line for each thing that was seen; ends with an error at the first that was not.
const path = require('node:path');
const fs = require('node:fs');
const assert = require('node:assert/strict');

const [server, packages, pictures] = process.argv.slice(2);
const { chromium } = require(path.join(packages, 'node_modules', 'playwright-core'));
const axe = fs.readFileSync(path.join(packages, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const seen = text => console.log(text);

async function main() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const faults = [];
  page.on('console', message => { if (message.type() === 'error') faults.push(message.text()); });
  page.on('pageerror', error => faults.push(String(error)));
  page.on('request', request => { if (!request.url().startsWith(server)) faults.push(`asked ${request.url()}`); });

  // Explore: history by title, reasons, and the list after an action.
  await page.goto(`${server}/#explore/15`);
  await page.waitForSelector('.recommended > li');
  const first = await page.locator('.recommended .what > a').first().textContent();
  assert.match(await page.locator('.history a').first().textContent(), /\(\d{4}\)/);
  assert.ok(await page.locator('.why').first().textContent());
  await check(page, 'explore', { picture: true });
  await page.locator('.recommended button').first().click();
  await page.waitForFunction(name => document.querySelector('.history a').textContent === name, first);
  const after = await page.locator('.recommended .what > a').allTextContents();
  assert.ok(!after.includes(first));
  assert.ok(await page.locator('.move').count() > 0);
  seen('explore: the list has seen the action');

  // Nobody in particular, by keyboard alone.
  await page.getByRole('button', { name: 'Start an anonymous session' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=nothing is stored');
  await page.waitForSelector('.recommended > li');
  await page.locator('.recommended button').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.history li');
  seen('explore: an anonymous session');

  // Catalog: search, neighbours, visibility.
  await page.goto(`${server}/#catalog`);
  await page.getByLabel('Title or id').fill('toy story 1995');
  await page.waitForFunction(() => document.querySelectorAll('.found a').length === 1);
  await page.locator('.found a').first().click();
  await page.waitForSelector('text=Items like it');
  await page.waitForSelector('section.wide .found a');
  await check(page, 'catalog', { picture: true });
  await page.getByRole('button', { name: 'Hide it' }).click();
  await page.getByRole('button', { name: 'Show it again' }).click();
  await page.getByRole('button', { name: 'Hide it' }).waitFor();
  seen('catalog: found, its neighbours, hidden and shown');

  // Models: a refit followed to its promotion, and a roll back.
  await page.goto(`${server}/#models`);
  const serving = () => page.locator('tr.serving th').first().textContent();
  await page.waitForSelector('tr.serving');
  const before = parseInt(await serving());
  await page.getByLabel('even if it is no better').check();
  await page.getByRole('button', { name: 'Train a new model' }).click();
  await page.waitForSelector('#refit-progress');
  seen('models: a refit runs');
  await page.waitForFunction(version => parseInt(document.querySelector('tr.serving th')?.textContent) > version, before, { timeout: 120_000 });
  await page.waitForFunction(() => document.querySelector('#refit-state').textContent === 'Completed');
  seen('models: the refit was promoted');
  await check(page, 'models', { picture: true });
  await page.locator('#roll-back').click();
  await page.waitForFunction(version => parseInt(document.querySelector('tr.serving th')?.textContent) === version, before);
  seen('models: rolled back');

  // System: live figures.
  await page.goto(`${server}/#system`);
  await page.waitForSelector('.tile.good');
  await page.waitForSelector('#silos-title ~ .scroll td');
  await page.waitForFunction(() => document.querySelectorAll('.chart polyline').length >= 2);
  await check(page, 'system', { picture: true });
  seen('system: live');

  assert.deepEqual(faults, []);
  seen('no error, and nothing asked of anybody else');
  await browser.close();
}

/** Looks for what keeps people out, in light and in dark; pictures are for the documents. */
async function check(page, name, { picture }) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    const serious = violations.filter(violation => ['serious', 'critical'].includes(violation.impact));
    assert.deepEqual(serious.map(violation => `${violation.id}: ${violation.nodes.map(node => `${node.html} ${node.failureSummary}`).join('; ')}`), [], `${name}, ${colorScheme}`);
    if (picture) await page.screenshot({ path: path.join(pictures, colorScheme === 'light' ? `console-${name}.png` : `console-${name}-dark.png`) });
  }
  seen(`${name}: accessible in light and dark`);
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});

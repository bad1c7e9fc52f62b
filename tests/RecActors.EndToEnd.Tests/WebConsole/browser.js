// A real Chromium, and what every page that it shows is held to.
const path = require('node:path');
const fs = require('node:fs');
const assert = require('node:assert/strict');

const [server, packages, pictures, ...rest] = process.argv.slice(2);
const { chromium } = require(path.join(packages, 'node_modules', 'playwright-core'));
const axe = fs.readFileSync(path.join(packages, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const seen = text => console.log(text);

/** A page, and what went wrong in it: errors, and requests to anybody but the server. */
async function open() {
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
  return { browser, context, page, faults };
}

/** Looks for what keeps people out: in the dark, on a telephone, and in the light. The pictures are for the documents. */
async function check(page, name) {
  const wide = page.viewportSize();
  const views = [['-dark', 'dark', wide], ['-narrow', 'light', { width: 390, height: 844 }], ['', 'light', wide]];
  for (const [suffix, colorScheme, size] of views) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    const serious = violations.filter(violation => ['serious', 'critical'].includes(violation.impact));
    assert.deepEqual(serious.map(violation => `${violation.id}: ${violation.nodes.map(node => `${node.html} ${node.failureSummary}`).join('; ')}`), [], `${name}${suffix}`);
    const [needed, has] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(needed <= has, `${name}${suffix} is ${needed} wide where there are ${has}.`);
    await page.screenshot({ path: path.join(pictures, `console-${name}${suffix}.png`) });
  }
  seen(`${name}: accessible in light, dark and narrow`);
}

/** Runs what a person does; ends with an error at the first thing that is not as it should be. */
function run(person) {
  open().then(async ({ browser, ...rest }) => {
    try {
      await person(rest);
      assert.deepEqual(rest.faults, []);
      seen('no error, and nothing asked of anybody else');
    } catch (error) {
      await rest.page.screenshot({ path: path.join(pictures, 'failed.png') });
      throw error;
    } finally {
      await browser.close();
    }
  }).catch(error => {
    console.error(error);
    process.exit(1);
  });
}

module.exports = { server, rest, seen, check, run };

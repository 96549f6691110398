// Opens a page in Chromium and says what is there, as JSON. Arguments: chromium, page, scheme, screenshot.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [chromium, file, scheme, screenshot] = process.argv.slice(2);
const playwright = createRequire(`${process.cwd()}/look.mjs`)("playwright-core");
const browser = await playwright.chromium.launch({
  executablePath: chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
try {
  const page = await browser.newPage({ colorScheme: scheme, viewport: { width: 1280, height: 900 } });
  const errors = [];
  const requests = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector("main section");

  const tables = [];
  for (const table of await page.locator("table").all()) {
    const headers = await table.locator("th button").all();
    const column = () => table.locator("tbody tr").evaluateAll(
      (rows, at) => rows.map((row) => row.cells[at].textContent), headers.length - 1);
    const before = await column();
    await headers.at(-1).click();
    const down = await column();
    await headers.at(-1).click();
    tables.push({ titles: await Promise.all(headers.map((header) => header.textContent())), before, down, up: await column() });
  }

  const charts = await page.locator(".chart").evaluateAll(
    (all) => all.map((chart) => chart.querySelectorAll("svg path").length));
  const theme = await page.evaluate(() => document.documentElement.dataset.theme);
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.locator("details summary").first().click();
  const sql = await page.locator("details pre").allTextContents();
  const text = await page.locator("main").innerText();
  const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  await page.screenshot({ path: screenshot, fullPage: true });
  await page.emulateMedia({ media: "print" });
  const printed = await page.locator("nav").isVisible();
  console.log(JSON.stringify({ errors, requests, tables, charts, theme, background, sql, text, wider, printed }));
} finally {
  await browser.close();
}

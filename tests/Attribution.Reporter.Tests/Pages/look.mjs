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

  // Numbers and names as they are drawn, and bars, nodes and flows as wide and high as they are.
  const labels = await page.locator(".chart").evaluateAll(
    (all) => all.map((chart) => [...chart.querySelectorAll("svg text")].map((text) => text.textContent)));
  const shapes = (id) => page.locator(`#${id} .chart svg path`).evaluateAll((all) => all.map((path) => {
    const box = path.getBoundingClientRect();
    return { fill: path.getAttribute("fill"), width: box.width, height: box.height };
  }));
  const funnel = await shapes("funnel");
  const sankey = await shapes("paths");
  // Cells of the same table, their value beside their colour as red, green and blue.
  const heat = await page.locator("#cohort td.heat").evaluateAll((all) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    return all.map((cell) => {
      canvas.fillStyle = getComputedStyle(cell).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      return { value: Number(cell.dataset.value), text: cell.textContent, red: canvas.getImageData(0, 0, 1, 1).data[0] };
    });
  });
  const quality = await page.locator("#quality tbody tr").evaluateAll(
    (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));

  // Every cell as it is read, beside what it is sorted by; what is below a table; where the links lead.
  const cells = await page.locator("main section").evaluateAll((all) => all.map((section) => ({
    id: section.id,
    titles: [...section.querySelectorAll("th")].map((cell) => cell.textContent),
    rows: [...section.querySelectorAll("tbody tr")].map((row) => [...row.cells].map(
      (cell) => ({ text: cell.textContent, value: cell.dataset.value ?? "", kind: cell.className }))),
    foot: [...section.querySelectorAll("tfoot td")].map((cell) => cell.textContent),
    notes: [...section.querySelectorAll(".note")].map((note) => note.textContent),
    said: [...section.querySelectorAll(":scope > p:not(.note), .empty")].map((text) => text.textContent),
    pre: [...section.querySelectorAll("details pre")].map((text) => text.textContent),
  })));
  const links = await page.locator("nav a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  const facts = await page.locator(".facts li").allTextContents();
  const title = await page.locator("main > header h1").allTextContents();
  const head = await page.locator("main > p").allTextContents();
  // What the page is made of: text of the data that became markup adds a kind.
  const tags = await page.locator("main *:not(svg *)").evaluateAll(
    (all) => [...new Set(all.map((element) => element.localName))].sort());
  const ink = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--ink").trim());
  const inks = await page.locator("#funnel .chart svg text, #paths .chart svg text").evaluateAll(
    (all) => [...new Set(all.map((text) => text.getAttribute("fill")))]);
  const inked = await ink();

  const tables = [];
  for (const table of await page.locator("table").all()) {
    // By the last column of numbers; cells hold them exactly beside what they show.
    const headers = await table.locator("th.number button").all();
    const last = await table.locator("th").evaluateAll((all) => all.findLastIndex((cell) => cell.className === "number"));
    const column = () => table.locator("tbody tr").evaluateAll(
      (rows, at) => rows.map((row) => row.cells[at].dataset.value ?? ""), last);
    const before = await column();
    await headers.at(-1).click();
    const down = await column();
    await headers.at(-1).click();
    tables.push({ titles: await table.locator("th").allTextContents(), before, down, up: await column() });
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
  const toggled = [];
  for (let times = 0; times < 2; times++) {
    await page.locator("header button").click();
    toggled.push(await page.evaluate(() => document.documentElement.dataset.theme));
  }
  await page.emulateMedia({ media: "print" });
  // The width of A4 between its margins.
  await page.setViewportSize({ width: 720, height: 1000 });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const printed = await page.locator("nav").isVisible();
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const printedCharts = await page.locator(".chart").evaluateAll((all) => all.map((chart) => chart.getBoundingClientRect().height));
  await page.screenshot({ path: screenshot.replace(/png$/, "print.png"), fullPage: true });
  console.log(JSON.stringify({ errors, requests, tables, charts, labels, funnel, sankey, heat, quality, theme, background, sql, text, wider, printed, printedCharts, cells, links, facts, title, head, tags, inks, inked, toggled, paper }));
} finally {
  await browser.close();
}

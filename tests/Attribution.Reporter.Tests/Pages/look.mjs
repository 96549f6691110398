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
  await page.emulateMedia({ media: "print" });
  // The width of A4 between its margins.
  await page.setViewportSize({ width: 720, height: 1000 });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const printed = await page.locator("nav").isVisible();
  const printedCharts = await page.locator(".chart").evaluateAll((all) => all.map((chart) => chart.getBoundingClientRect().height));
  await page.screenshot({ path: screenshot.replace(/png$/, "print.png"), fullPage: true });
  console.log(JSON.stringify({ errors, requests, tables, charts, labels, funnel, sankey, heat, quality, theme, background, sql, text, wider, printed, printedCharts }));
} finally {
  await browser.close();
}

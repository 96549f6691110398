"use strict";
// Draws what lies in #data. Everything from it is set as text, never as HTML.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = [];
  const make = (name, text, kind) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const number = (digits) => new Intl.NumberFormat("en", {minimumFractionDigits: digits, maximumFractionDigits: digits});
  const shown = {
    count: (value) => number(0).format(value),
    credit: (value) => number(2).format(value),
    money: (value) => number(2).format(value),
    number: (value) => String(value),
    share: (value) => number(1).format(value * 100) + "%",
    change: (value) => (value > 0 ? "+" : "") + number(1).format(value * 100) + "%",
    text: (value) => String(value),
    seconds: (value) => {
      const all = Math.round(value);
      const two = (part) => String(Math.floor(part)).padStart(2, "0");
      return (all >= 86400 ? Math.floor(all / 86400) + "d " : "") + [all / 3600 % 24, all / 60 % 60, all % 60].map(two).join(":");
    },
  };
  const show = (value, kind) => value === null ? "" : (shown[kind] || shown.text)(value);
  const isNumber = (kind) => kind !== "text";

  function table(source) {
    const box = make("div", undefined, "scroll");
    const element = make("table", undefined, source.columns.length > 11 ? "wide" : "");
    const body = make("tbody");
    const head = element.createTHead().insertRow();
    const open = new Map(source.rows.map((row, at) => [row, source.open[at]]));
    const most = source.heat ? Math.max(0, ...source.rows.flatMap((row) => row.slice(source.heat).filter(Number.isFinite))) : 0;
    source.columns.forEach((column, at) => {
      const cell = make("th", undefined, isNumber(column.kind) ? "number" : "");
      const button = make("button", column.title);
      button.type = "button";
      button.addEventListener("click", () => sort(at, cell));
      cell.append(button);
      cell.setAttribute("aria-sort", "none");
      head.append(cell);
    });

    function fill(rows) {
      body.replaceChildren(...rows.map((row) => {
        const line = make("tr");
        row.forEach((value, at) => {
          const kind = source.columns[at].kind;
          const cell = make("td", show(value, kind), isNumber(kind) ? "number" : "text");
          if (isNumber(kind) && value !== null) cell.dataset.value = value;
          if (open.get(row) === at) cell.prepend("~");
          if (kind === "change" && value) cell.classList.add(value > 0 ? "up" : "down");
          if (source.heat && at >= source.heat && value !== null && most > 0) {
            cell.classList.add("heat");
            cell.style.background = `color-mix(in oklab, #4ea1f3 ${Math.round(90 * value / most)}%, #eef4fa)`;
          }
          line.append(cell);
        });
        return line;
      }));
    }

    function sort(at, cell) {
      const down = cell.getAttribute("aria-sort") === "descending"
        || (cell.getAttribute("aria-sort") === "none" && !isNumber(source.columns[at].kind));
      const sign = down ? 1 : -1;
      for (const other of head.cells) other.setAttribute("aria-sort", "none");
      cell.setAttribute("aria-sort", down ? "ascending" : "descending");
      // What has no value stands last either way.
      fill([...source.rows].sort((one, other) => one[at] === other[at] ? 0
        : one[at] === null ? 1 : other[at] === null ? -1
          : sign * (one[at] < other[at] ? -1 : 1)));
    }

    fill(source.rows);
    element.append(body);
    if (source.totals) {
      const foot = element.createTFoot().insertRow();
      source.totals.forEach((value, at) => {
        const kind = source.columns[at].kind;
        foot.append(make("td", at === 0 ? value : show(value, kind), isNumber(kind) ? "number" : ""));
      });
    }
    box.append(element);
    return box;
  }

  const usualHeight = 340;
  const axisText = (value) => Math.abs(value) >= 1e6 ? value / 1e6 + "M" : Math.abs(value) >= 1e4 ? value / 1e3 + "k" : value;
  const tooltip = (trigger) => ({trigger, renderMode: "richText", confine: true});
  const grid = {left: 8, right: 16, top: 40, bottom: 8, containLabel: true};
  const legend = {type: "scroll", top: 4};
  // Read on light and on dark; what is no channel is grey.
  const palette = ["#4a86d8", "#e0803a", "#46a57a", "#c2559d", "#8a6fd1", "#d0a52c", "#3aa6b5", "#cf5f5f", "#7d9a3f", "#a87b5c"];
  const plain = new Map([["(other)", "#8d959e"], ["earlier touches", "#8d959e"], ["(no touch)", "#8d959e"], ["(none)", "#8d959e"], ["Conversion", "#2f8f5b"]]);
  const ink = () => getComputedStyle(root).getPropertyValue("--ink").trim();
  const kinds = {
    bars: (chart) => ({
      tooltip: tooltip("axis"), legend, grid,
      xAxis: {type: "value", axisLabel: {formatter: axisText}},
      yAxis: {type: "category", inverse: true, data: chart.names},
      series: chart.series.map((each) => ({name: each.name, type: "bar", data: each.values})),
    }),
    lines: (chart) => ({
      tooltip: tooltip("axis"), legend, grid,
      xAxis: {type: "category", data: chart.names, boundaryGap: false},
      yAxis: {type: "value", axisLabel: {formatter: axisText}},
      series: chart.series.map((each) => ({
        name: each.name, type: "line", data: each.values, showSymbol: chart.names.length < 3, stack: chart.stack ? "all" : undefined,
        areaStyle: chart.stack ? {opacity: 0.25} : undefined,
      })),
    }),
    sankey: (chart) => {
      const shorter = (name) => name.replace(/^\d+ /, "");
      const names = [...new Set(chart.nodes.map(shorter))].filter((name) => !plain.has(name));
      const color = (name) => plain.has(name) ? plain.get(name) : palette[names.indexOf(name) % palette.length];
      const data = chart.nodes.map((name) => ({name, itemStyle: {color: color(shorter(name))}}));
      return {
        tooltip: {...tooltip("item"), formatter: (at) => at.dataType === "edge"
          ? `${shorter(at.data.source)} → ${shorter(at.data.target)}: ${shown.count(at.value)}` : `${shorter(at.name)}: ${shown.count(at.value)}`},
        series: [{
          type: "sankey", nodeAlign: "right", left: 8, right: 96, top: 8, bottom: 16, nodeGap: 10, data, links: chart.links,
          label: {formatter: (node) => shorter(node.name), color: ink(), textBorderWidth: 0},
          lineStyle: {color: "source", opacity: 0.3}, emphasis: {focus: "adjacency"},
        }],
      };
    },
    // As bars over the first step: a drawn funnel's slopes mean nothing, and its small steps cannot be seen.
    funnel: (chart) => ({
      tooltip: tooltip("item"), grid: {...grid, top: 8, right: 120},
      xAxis: {type: "value", max: chart.values[0], show: false},
      yAxis: {type: "category", inverse: true, data: chart.names, axisTick: {show: false}, axisLine: {show: false}, axisLabel: {color: ink(), fontSize: 13}},
      series: [{
        type: "bar", data: chart.values, barWidth: "64%", itemStyle: {color: palette[0]}, showBackground: true,
        backgroundStyle: {color: "#8d959e", opacity: 0.15},
        label: {
          show: true, position: "right", color: ink(), fontSize: 13,
          formatter: (at) => `${shown.count(at.value)}${at.dataIndex && chart.values[0] ? ` (${shown.share(at.value / chart.values[0])})` : ""}`,
        },
      }],
    }),
  };

  function draw() {
    const theme = root.dataset.theme === "dark" ? "dark" : undefined;
    while (drawn.length) drawn.pop().dispose();
    for (const box of document.querySelectorAll(".chart")) {
      const chart = echarts.init(box, theme, {renderer: "svg", height: box.source.height || usualHeight});
      chart.setOption({backgroundColor: "transparent", animation: false, color: palette, ...kinds[box.source.kind](box.source)});
      drawn.push(chart);
    }
  }

  function section(source) {
    const element = make("section");
    element.id = source.id;
    element.append(make("h2", source.title));
    if (source.about) element.append(make("p", source.about));
    for (const chart of source.charts) {
      const box = make("div", undefined, "chart");
      box.source = chart;
      box.setAttribute("role", "img");
      box.setAttribute("aria-label", source.title);
      box.style.height = (chart.height || usualHeight) + "px";
      element.append(box);
    }
    for (const each of source.tables) element.append(table(each));
    for (const note of source.notes) element.append(make("p", note, "note"));
    if (source.empty) element.append(make("div", source.empty, "empty"));
    if (source.sql.length) {
      const details = make("details");
      details.append(make("summary", "SQL and command"), make("pre", source.command));
      for (const text of source.sql) details.append(make("pre", text));
      element.append(details);
    }
    return element;
  }

  const main = document.querySelector("main");
  const header = make("header");
  const toggle = make("button", "Light / dark");
  toggle.type = "button";
  toggle.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    draw();
  });
  header.append(make("h1", data.title), toggle);
  const facts = make("ul", undefined, "facts");
  for (const fact of data.facts) {
    const item = make("li");
    item.append(make("b", show(fact.value, fact.kind)), make("span", fact.name));
    if (fact.change !== null) item.append(make("span", " " + show(fact.change, "change"), fact.change < 0 ? "down" : "up"));
    facts.append(item);
  }
  const nav = make("nav");
  for (const each of data.sections) {
    const link = make("a", each.title);
    link.href = "#" + each.id;
    nav.append(link);
  }
  main.append(header, make("p", data.about), nav, facts, ...data.sections.map(section));
  root.dataset.theme = dark.matches ? "dark" : "light";
  draw();
  dark.addEventListener("change", () => {
    root.dataset.theme = dark.matches ? "dark" : "light";
    draw();
  });
  addEventListener("resize", () => drawn.forEach((chart) => chart.resize({height: chart.getHeight()})));
  addEventListener("beforeprint", () => {
    root.dataset.theme = "light";
    draw();
  });
})();

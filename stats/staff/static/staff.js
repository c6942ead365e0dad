// Draws the charts of the page from the released file. Nothing is loaded from anywhere else.
"use strict";

const page = JSON.parse(document.getElementById("charts")?.textContent || "null");

function say(place, text) {
  const line = document.createElement("p");
  line.className = "nothing";
  line.textContent = text;
  place.replaceChildren(line);
}

function drawTable(place, chart, rows) {
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const name of chart.display.columns) {
    const cell = document.createElement("th");
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const value of Object.values(row)) {
      const cell = line.insertCell();
      // Text, never HTML.
      cell.textContent = value;
      if (/^[<>=\d]/.test(String(value)) && !/W/.test(String(value))) cell.className = "number";
      if (String(value).startsWith("▲")) cell.className = "up";
      if (String(value).startsWith("▼")) cell.className = "down";
    }
  }
  place.replaceChildren(table);
}

function drawVega(place, chart, rows) {
  const narrow = window.innerWidth < 600;
  const spec = {
    width: "container",
    view: { stroke: null },
    config: {
      background: null,
      font: getComputedStyle(document.body).fontFamily,
      axis: { labelFontSize: 12, gridColor: "#e8e4dc", labelLimit: narrow ? 130 : 260 },
      legend: { labelFontSize: 12, columns: narrow ? 1 : 3 },
    },
    data: { values: rows },
    ...structuredClone(chart.display),
  };
  if (narrow && spec.encoding?.y?.axis?.labelLimit) spec.encoding.y.axis.labelLimit = 130;
  if (narrow && spec.encoding?.color?.legend) spec.encoding.color.legend.columns = 1;
  return vegaEmbed(place, spec, { renderer: "svg", actions: false });
}

async function draw(slug, chart) {
  const place = document.getElementById(`chart-${slug}`);
  try {
    const address = `${page.base}release.json?_shape=objects&sql=${encodeURIComponent(chart.query)}&${page.query}`;
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) throw new Error("answer");
    const rows = (await answer.json()).rows;
    // A missing or hidden count is no bar; a chart of nothing but those says so.
    const isEmpty = chart.library === "table" ? !rows.length : !rows.some((row) => row.n);
    if (isEmpty) say(place, page.empty);
    else if (chart.library === "table") drawTable(place, chart, rows);
    else await drawVega(place, chart, rows);
  } catch {
    say(place, page.failed);
  }
  place.dataset.drawn = "yes";
}

if (page) {
  for (const [slug, chart] of Object.entries(page.charts)) draw(slug, chart);
  document.getElementById("print").addEventListener("click", () => window.print());
}

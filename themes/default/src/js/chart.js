// Draws a chart from the table that is already on the page, so that the numbers are there
// without JavaScript, for screen readers and on paper. Loaded after uplot.js.
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
// Told apart without colour too: whole, dashed, dotted, long and short.
const DASHES = [[], [7, 4], [2, 3], [10, 4, 2, 4]];
const LINES = ["--color-primary", "--color-success", "--color-warning", "--color-info"];

// What is counted has no halves.
const COUNTED = [1, 2, 5].flatMap((step) => Array.from({ length: 9 }, (_, zeros) => step * 10 ** zeros)).sort((a, b) => a - b);

const numberIn = (cell) => Number(cell.textContent.replace(/[^\d.-]/g, ""));

function readTable(figure) {
  const rows = [...figure.querySelectorAll("tbody tr")];
  const lines = figure.querySelectorAll("thead th").length - 1;
  return [
    rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000),
    ...Array.from({ length: lines }, (_, line) => rows.map((row) => numberIn(row.cells[line + 1]))),
  ];
}

// Days with a note: a line from top to bottom each; the notes themselves stand below the charts.
const markedDays = () => [...document.querySelectorAll("[data-chart-marks] time")].map((time) => Date.parse(time.dateTime) / 1000);

function drawMarks(plot) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = css("--color-faint");
  ctx.setLineDash([3, 3]);
  for (const day of markedDays()) {
    const x = Math.round(plot.valToPos(day, "x", true)) + 0.5;
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function optionsFor(width, labels) {
  const axis = { stroke: css("--color-faint"), font: "12px Inter Variable", grid: { stroke: css("--color-line"), width: 1 }, ticks: { show: false } };
  const alone = labels.length === 1;
  return {
    width,
    height: 220,
    legend: { show: false },
    hooks: { draw: [drawMarks] },
    cursor: { y: false },
    scales: { y: { range: (plot, least, most) => [Math.min(0, least), most * 1.15 || 1] } },
    axes: [{ ...axis, grid: { show: false } }, { ...axis, size: 52, incrs: COUNTED }],
    series: [{}, ...labels.map((label, line) => ({
      label, stroke: css(LINES[line % LINES.length]), width: 2, dash: DASHES[line % DASHES.length], fill: alone ? css("--color-tint") : undefined, points: { show: false },
    }))],
  };
}

function explainLines(figure, labels) {
  const legend = figure.querySelector("[data-chart-legend]");
  if (!legend || labels.length < 2) return;
  legend.replaceChildren(...labels.map((label) => Object.assign(document.createElement("span"), { textContent: label })));
  legend.hidden = false;
}

function draw(figure) {
  const place = figure.querySelector("[data-chart-plot]");
  const labels = [...figure.querySelectorAll("thead th")].slice(1).map((cell) => cell.textContent);
  explainLines(figure, labels);
  place.hidden = false;
  place.replaceChildren();
  const plot = new uPlot(optionsFor(place.clientWidth, labels), readTable(figure), place);
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: 220 })).observe(place);
}

for (const figure of document.querySelectorAll("[data-chart]")) {
  draw(figure);
  figure.querySelector("[data-chart-data]").open = false;
}
// Colours are read when a chart is drawn: draw again when light and dark change places.
new MutationObserver(() => document.querySelectorAll("[data-chart]").forEach(draw))
  .observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.querySelectorAll("[data-chart]").forEach(draw));

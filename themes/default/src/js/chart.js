// Draws a chart from the table that is already on the page, so that the numbers are there
// without JavaScript, for screen readers and on paper. Loaded after uplot.js.
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function readTable(figure) {
  const rows = [...figure.querySelectorAll("tbody tr")];
  return [
    rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000),
    rows.map((row) => Number(row.lastElementChild.textContent.replaceAll(",", ""))),
  ];
}

function optionsFor(width, label) {
  const axis = { stroke: css("--color-faint"), font: "12px Inter Variable", grid: { stroke: css("--color-line"), width: 1 }, ticks: { show: false } };
  return {
    width,
    height: 220,
    legend: { show: false },
    cursor: { y: false },
    scales: { y: { range: (plot, least, most) => [0, most * 1.15 || 1] } },
    axes: [{ ...axis, grid: { show: false } }, { ...axis, size: 44 }],
    series: [{}, { label, stroke: css("--color-primary"), width: 2, fill: css("--color-tint"), points: { show: false } }],
  };
}

function draw(figure) {
  const place = figure.querySelector("[data-chart-plot]");
  const label = figure.querySelector("th:last-child").textContent;
  place.hidden = false;
  place.replaceChildren();
  const plot = new uPlot(optionsFor(place.clientWidth, label), readTable(figure), place);
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: 220 })).observe(place);
}

for (const figure of document.querySelectorAll("[data-chart]")) {
  draw(figure);
  figure.querySelector("[data-chart-data]").open = false;
}
// Colours are read when a chart is drawn: draw again when light and dark change places.
new MutationObserver(() => document.querySelectorAll("[data-chart]").forEach(draw))
  .observe(document.documentElement, { attributeFilter: ["data-theme"] });

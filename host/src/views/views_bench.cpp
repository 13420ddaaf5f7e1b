// What a page costs: rendered, compressed, and a theme loaded from disk.
#include "views/compress.hpp"
#include "views/temporary_theme.hpp"

#include <benchmark/benchmark.h>

namespace {

using namespace whatsflow;
using namespace whatsflow::views;
using nlohmann::json;

/// A page of some 10 KB with 50 rows, as lists in the app are.
json a_model() {
    json rows = json::array();
    for (int i = 0; i < 50; ++i) {
        rows.push_back({{"id", i},
                        {"name", "Customer " + std::to_string(i)},
                        {"is_open", i % 2 == 0},
                        {"total", {{"minor", 123450 + i}, {"currency", "LKR"}}}});
    }
    return {{"title", "Invoices"}, {"rows", std::move(rows)}};
}

void fill(TemporaryTheme& theme, int views) {
    const std::string row =
        "<tr id=\"row-{{id}}\">\n  <td class=\"name\">{{name}}</td>\n  "
        "<td>{{#format_money}}total{{/format_money}}</td>\n"
        "  {{#is_open}}<td><span class=\"badge badge-warning\">{{#t}}open{{/t}}</span></td>{{/is_open}}\n</tr>\n";
    theme.write("theme/locales/en.json", R"({"open":"Open","intro":"All invoices of your team, newest first."})")
        .write("theme/locales/si.json", R"({"open":"විවෘත"})")
        .write("theme/partials/row.mustache", row)
        .write("theme/layouts/landing.mustache",
               "<!doctype html>\n<html "
               "lang=\"{{locale}}\">\n<title>{{title}}</title>\n<main>{{{content_html}}}</main>\n</html>\n");
    const std::string page =
        "<h1>{{title}}</h1>\n<p>{{#t}}intro{{/t}}</p>\n<table>\n{{#rows}}\n  {{> row}}\n{{/rows}}\n</table>\n";
    theme.page(page);
    for (int i = 1; i < views; ++i) theme.write("theme/pages/page" + std::to_string(i) + ".mustache", page);
}

void BM_RenderPageOf50Rows(benchmark::State& state) {
    TemporaryTheme theme;
    fill(theme, 1);
    const auto renderer = ThemeRenderer::open(theme.sources(), {});
    const sdk::View view{"page", a_model()};
    std::size_t bytes = 0;
    for (auto _ : state) bytes = (*renderer)->render(view, {sdk::Site::landing, "en"})->size();
    state.counters["page_bytes"] = static_cast<double>(bytes);
}
BENCHMARK(BM_RenderPageOf50Rows)->ThreadRange(1, 2)->UseRealTime();

void BM_CompressPage(benchmark::State& state) {
    TemporaryTheme theme;
    fill(theme, 1);
    const auto html = theme.shown(a_model());
    const auto effort = state.range(0) == 0 ? Effort::quick : Effort::best;
    for (auto _ : state) benchmark::DoNotOptimize(compress(html, effort));
}
BENCHMARK(BM_CompressPage)->Arg(0)->Arg(1);

void BM_LoadThemeOf100Views(benchmark::State& state) {
    TemporaryTheme theme;
    fill(theme, 100);
    for (auto _ : state) benchmark::DoNotOptimize(load_theme(theme.sources()));
}
BENCHMARK(BM_LoadThemeOf100Views)->Unit(benchmark::kMillisecond);

}  // namespace

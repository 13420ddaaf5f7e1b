#include "report.hpp"

#include <whatsflow/sdk/saved_views.hpp>

namespace whatsflow::analytics::pages {

using nlohmann::json;

namespace {

/// Quoted where it must be; a leading sign of a formula is disarmed for spreadsheets.
std::string csv_cell(std::string text) {
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) text.insert(0, "'");
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

/// A number as spreadsheets read it: not grouped, and one with a sign stays a number.
std::string csv_number(std::string text) {
    std::erase(text, ',');
    const auto digits = std::string_view(text).substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
    const bool is_plain = !digits.empty() && digits.find_first_not_of("0123456789.") == std::string_view::npos;
    if (!is_plain) return csv_cell(std::move(text));
    return text.starts_with('+') ? text.substr(1) : text;
}

std::string csv_row(const std::vector<std::string>& cells) {
    std::string line;
    for (const auto& cell : cells) line += (line.empty() ? "" : ",") + cell;
    return line + "\r\n";
}

/// A table with more columns than this has the width of the page.
constexpr std::size_t kMostInHalf = 4;

bool is_number(const std::string& column) {
    return column.starts_with('#');
}

std::string name_of(const std::string& column) {
    return is_number(column) ? column.substr(1) : column;
}

}  // namespace

std::string path_of(std::string_view tab) {
    return tab == "overview" ? kHome : std::string(kHome) + "/" + std::string(tab);
}

json tabs_of(const AnalyticsOffice& office, const sdk::Request& request, std::string_view current,
             const std::string& kept) {
    json all = json::array();
    for (const char* tab : kTabs)
        all.push_back({{"label", office.text(request.locale, std::string(tab) + ".title")},
                       {"tab_path", path_of(tab) + kept},
                       {"is_current", current == tab},
                       {"count", false}});
    return all;
}

Report::Report(const AnalyticsOffice& office, const sdk::Request& request, std::string tab, Scope scope)
    : office_(office), request_(request), tab_(std::move(tab)), scope_(std::move(scope)), path_(path_of(tab_)) {}

/// A text of this page, or of all pages.
std::string Report::say(std::string_view key) const {
    const auto own = tab_ + "." + std::string(key);
    const std::vector<std::pair<std::string, std::string>> zone{{"zone", scope_.times.zone.name()}};
    auto text = office_.text(request_.locale, own, zone);
    if (text != "analytics.pages." + own) return text;
    text = office_.text(request_.locale, "words." + std::string(key), zone);
    return text == "analytics.pages.words." + std::string(key) ? std::string(key) : text;
}

Report& Report::figure(std::string_view label, std::string value, std::string method,
                       std::optional<std::pair<std::int64_t, std::int64_t>> now_and_before) {
    json change = false;
    bool better = false, worse = false;
    if (now_and_before && now_and_before->second > 0) {
        const auto [now, before] = *now_and_before;
        change = pages::change(now, before);
        better = now > before;
        worse = now < before;
    }
    figures_.push_back({{"label", say(label)},
                        {"value", std::move(value)},
                        {"note", std::move(method)},
                        {"change", change},
                        {"is_better", better},
                        {"is_worse", worse},
                        {"percent", false},
                        {"link_path", false}});
    return *this;
}

std::string Report::period() const {
    return scope_.times.from + " – " + scope_.times.to + " · " + scope_.times.zone.name();
}

Report& Report::chart(std::string_view title, const std::vector<std::string>& series,
                      const std::vector<ChartPoint>& points) {
    std::map<std::int64_t, const ChartPoint*> known;
    for (const auto& point : points) known[point.at] = &point;
    json lines = json::array(), rows = json::array();
    for (const auto& each : series) lines.push_back({{"label", say(each)}});
    bool any = false;
    for (std::int64_t day = 0; day < scope_.times.days; ++day) {
        const auto found = known.find(scope_.times.start_of(day));
        json values = json::array();
        for (std::size_t i = 0; i < series.size(); ++i) {
            const auto value = found == known.end() ? 0 : found->second->values[i];
            any = any || value != 0;
            values.push_back({{"value", std::to_string(value)}});
        }
        rows.push_back({{"day", day_text((scope_.times.first_day + day) * kDay)}, {"values", std::move(values)}});
    }
    if (any)
        charts_.push_back({{"title", say(title)},
                           {"period", period()},
                           {"day_label", say("day")},
                           {"value_label", false},
                           {"series", std::move(lines)},
                           {"points", std::move(rows)}});
    return *this;
}

Report& Report::table(std::string_view title, const std::vector<std::string>& columns,
                      std::vector<std::vector<std::string>> rows, std::string_view narrows_by) {
    const bool leads = with_segments_ && std::ranges::find(kNarrowing, narrows_by) != std::end(kNarrowing);
    const auto nothing = office_.text(request_.locale, "words.unknown");
    json heads = json::array(), lines = json::array();
    for (const auto& column : columns)
        heads.push_back({{"label", say(name_of(column))}, {"is_number", is_number(column)}});
    for (auto& row : rows) {
        json cells = json::array();
        for (std::size_t i = 0; i < row.size(); ++i) {
            json path = false;
            if (leads && i == 0 && row[0] != nothing && row[0] != kOther)
                path = path_ + "?" + scope_.query_of(std::string(narrows_by), row[0]);
            cells.push_back({{"text", std::move(row[i])}, {"is_number", is_number(columns[i])}, {"path", path}});
        }
        lines.push_back({{"cells", std::move(cells)}});
    }
    if (!lines.empty())
        tables_.push_back({{"caption", say(title)},
                           {"is_wide", columns.size() > kMostInHalf},
                           {"columns", std::move(heads)},
                           {"rows", std::move(lines)}});
    return *this;
}

Report& Report::note(std::string text, bool is_warning) {
    notes_.push_back({{"text", std::move(text)}, {"is_warning", is_warning}});
    return *this;
}

Report& Report::from(const Walked& walked, bool counts_as_seen) {
    if (walked.was_cut) note(office_.text(request_.locale, "words.cut", {{"most", grouped(kMostWalked)}}), true);
    if (walked.sample.is_everybody()) return *this;
    return note(office_.text(
        request_.locale, counts_as_seen ? "words.of_sample" : "words.from_sample",
        {{"one_in", grouped(walked.sample.one_in())}, {"seen", grouped(walked.seen)}, {"all", grouped(walked.all)}}));
}

Report& Report::choice(const std::string& name, const std::vector<std::string>& values, const std::string& chosen) {
    json all = json::array();
    for (const auto& value : values)
        all.push_back({{"value", value}, {"label", say(value)}, {"selected", value == chosen}});
    choices_.push_back({{"id", name}, {"label", say(name)}, {"choices", std::move(all)}});
    return *this;
}

Report& Report::action(std::string label, std::string path, const char* icon) {
    actions_.push_back({{"label", std::move(label)},
                        {"link_path", false},
                        {"action_path", std::move(path)},
                        {"opens", false},
                        {"primary", false},
                        {"danger", false},
                        {"action_icon", icon}});
    return *this;
}

Report& Report::link(std::string label, std::string path, const char* icon) {
    actions_.push_back({{"label", std::move(label)},
                        {"link_path", std::move(path)},
                        {"action_path", false},
                        {"opens", false},
                        {"primary", false},
                        {"danger", false},
                        {"action_icon", icon}});
    return *this;
}

Report& Report::without_sites() {
    with_sites_ = with_segments_ = false;
    return *this;
}

Report& Report::with_segments() {
    with_segments_ = true;
    return *this;
}

Report& Report::alone(std::string path) {
    path_ = std::move(path);
    with_tabs_ = false;
    return without_sites();
}

std::string Report::export_path(const char* format) const {
    auto path = path_ + "?format=" + format + "&" + scope_.query();
    for (const auto& [name, value] : request_.query.entries())
        if (name != "from" && name != "to" && name != "site" && name != "segment" && name != "bots" &&
            name != "format" && !name.starts_with("only_"))
            path += "&" + sdk::encode_url(name) + "=" + sdk::encode_url(value);
    return path;
}

/// Notes of the days that the charts show.
void Report::add_marks() {
    constexpr std::size_t kMost = 50;
    if (charts_.empty() || !with_tabs_) return;
    const auto first = scope_.times.first_day * kDay;
    const auto notes =
        annotations_of(office_.host.database(), request_.context, first, first + scope_.times.days * kDay, kMost);
    if (!notes) return;  // the numbers are worth more than the notes
    for (const auto& note : *notes)
        marks_.push_back({{"day", day_text(note.day_at)}, {"words", note.words}, {"author", note.author}});
}

json Report::filters() const {
    json choices = json::array();
    if (with_sites_) {
        json sites = json::array();
        for (const auto& site : scope_.sites)
            sites.push_back({{"value", site.id},
                             {"label", site.name.empty() ? site.id : site.name},
                             {"selected", site.id == scope_.site}});
        choices.push_back({{"id", "site"}, {"label", say("site")}, {"choices", std::move(sites)}});
        choices.push_back(
            {{"id", "bots"},
             {"label", say("bots")},
             {"choices",
              {{{"value", "include"}, {"label", say("bots_include")}, {"selected", scope_.bots == Bots::include}},
               {{"value", "only"}, {"label", say("bots_only")}, {"selected", scope_.bots == Bots::only}}}}});
    }
    if (with_segments_) {
        json segments = json::array();
        for (const auto& segment : scope_.segments)
            segments.push_back(
                {{"value", segment.id}, {"label", segment.name}, {"selected", segment.id == scope_.segment}});
        if (!segments.empty())
            choices.push_back({{"id", "segment"}, {"label", say("segment")}, {"choices", std::move(segments)}});
    }
    for (const auto& choice : choices_) choices.push_back(choice);
    json kept = json::array();
    for (const auto& [dimension, value] : scope_.narrowed)
        kept.push_back({{"name", "only_" + dimension}, {"value", value}});
    return {{"search", false},
            {"choices_of", std::move(choices)},
            {"dates",
             {{{"id", "from"}, {"label", say("from")}, {"value", scope_.times.from}},
              {{"id", "to"}, {"label", say("to")}, {"value", scope_.times.to}}}},
            {"kept", std::move(kept)},
            {"clear_path", request_.query.empty() ? json(false) : json(path_)},
            {"export_path", tables_.empty() && charts_.empty() ? json(false) : json(export_path("csv"))},
            {"shown_columns", json::array()},
            {"views", json::array()}};
}

std::string Report::csv() const {
    auto lines = csv_row({csv_cell(say("title"))}) + csv_row({csv_cell(period())});
    for (const auto& note : notes_) lines += csv_row({csv_cell(note["text"])});
    const auto begin = [&](const std::string& caption) { lines += "\r\n" + csv_row({csv_cell(caption)}); };
    if (!figures_.empty()) {
        begin(say("figures"));
        lines += csv_row({csv_cell(say("figure")), csv_cell(say("value")), csv_cell(say("counted")),
                          csv_cell(say("against_before"))});
        for (const auto& each : figures_)
            lines += csv_row({csv_cell(each["label"]), csv_number(each["value"]), csv_cell(each["note"]),
                              each["change"].is_string() ? csv_cell(each["change"]) : std::string()});
    }
    for (const auto& chart : charts_) {
        begin(chart["title"]);
        std::vector<std::string> heads{csv_cell(chart["day_label"])};
        for (const auto& line : chart["series"]) heads.push_back(csv_cell(line["label"]));
        lines += csv_row(heads);
        for (const auto& point : chart["points"]) {
            std::vector<std::string> cells{csv_cell(point["day"])};
            for (const auto& value : point["values"]) cells.push_back(csv_number(value["value"]));
            lines += csv_row(cells);
        }
    }
    if (!marks_.empty()) begin(say("annotations"));
    for (const auto& mark : marks_)
        lines += csv_row({csv_cell(mark["day"]), csv_cell(mark["words"]), csv_cell(mark["author"])});
    for (const auto& table : tables_) {
        begin(table["caption"]);
        std::vector<std::string> heads;
        for (const auto& column : table["columns"]) heads.push_back(csv_cell(column["label"]));
        lines += csv_row(heads);
        for (const auto& row : table["rows"]) {
            std::vector<std::string> cells;
            for (const auto& cell : row["cells"])
                cells.push_back(cell["is_number"].get<bool>() ? csv_number(cell["text"]) : csv_cell(cell["text"]));
            lines += csv_row(cells);
        }
    }
    return lines;
}

void Report::add_views(json& model) const {
    model["can_save"] = false;
    model["own_views"] = json::array();
    for (const char* each : {"save_path", "list_name", "list_query"}) model[each] = "";
    if (!with_tabs_ || !request_.identity) return;
    const auto service = sdk::find_service<sdk::SavedViews>(office_.host);
    if (!service) return;
    const auto kept = service.call(&sdk::SavedViews::of_list, request_.context, request_.identity->subject, path_);
    if (!kept) return;  // the numbers are worth more than how they were liked
    std::string here;
    for (const auto& [name, value] : request_.query.entries())
        if (name != "format" && name != "done" && !value.empty())
            here += (here.empty() ? "" : "&") + sdk::encode_url(name) + "=" + sdk::encode_url(value);
    auto& shown = model["filters"]["views"];
    if (!kept->views.empty())
        shown.push_back({{"label", say("as_usual")}, {"view_path", path_}, {"is_current", here.empty()}});
    for (const auto& view : kept->views) {
        shown.push_back(
            {{"label", view.name}, {"view_path", path_ + "?" + view.query}, {"is_current", view.query == here}});
        model["own_views"].push_back({{"name", view.name}, {"delete_path", view.delete_path}});
    }
    model["can_save"] = !here.empty();
    model["save_path"] = kept->save_path;
    model["list_name"] = path_;
    model["list_query"] = here;
}

sdk::Document Report::document() const {
    sdk::Document document;
    document.title = say("title");
    document.issuer = office_.text(request_.locale, "nav");
    document.language = request_.locale;
    document.footer = period();
    document.blocks.emplace_back(sdk::DocumentParagraph{document.footer, true});
    for (const auto& note : notes_) document.blocks.emplace_back(sdk::DocumentParagraph{note["text"], false});
    sdk::DocumentFacts facts;
    for (const auto& figure : figures_) {
        auto words = figure["value"].get<std::string>() + "  (" + figure["note"].get<std::string>() + ")";
        if (figure["change"].is_string()) words += "  " + figure["change"].get<std::string>();
        facts.rows.emplace_back(figure["label"], std::move(words));
    }
    if (!facts.rows.empty()) document.blocks.emplace_back(std::move(facts));
    for (const auto& chart : charts_) {
        sdk::DocumentChart drawn{chart["title"], {}, {}, {}};
        sdk::DocumentTable table{{{say("day"), 1, false}}, {}, {}};
        for (const auto& line : chart["series"]) {
            drawn.lines.push_back({line["label"], {}});
            table.columns.push_back({line["label"], 1, true});
        }
        for (const auto& point : chart["points"]) {
            std::vector<std::string> row{point["day"]};
            for (const auto& value : point["values"]) {
                row.push_back(value["value"]);
                drawn.lines[row.size() - 2].values.push_back(std::stod(row.back()));
            }
            const auto is_here = [&](const json& mark) { return mark["day"] == point["day"]; };
            if (std::ranges::any_of(marks_, is_here)) drawn.marked.push_back(drawn.places.size());
            drawn.places.push_back(point["day"]);
            table.rows.push_back(std::move(row));
        }
        document.blocks.emplace_back(std::move(drawn));
        document.blocks.emplace_back(std::move(table));
    }
    for (const auto& mark : marks_)
        document.blocks.emplace_back(
            sdk::DocumentParagraph{mark["day"].get<std::string>() + "  " + mark["words"].get<std::string>(), true});
    for (const auto& each : tables_) {
        document.blocks.emplace_back(sdk::DocumentHeading{each["caption"]});
        sdk::DocumentTable table;
        for (const auto& column : each["columns"])
            table.columns.push_back({column["label"], table.columns.empty() ? 2.0 : 1.0, column["is_number"]});
        for (const auto& row : each["rows"]) {
            std::vector<std::string> cells;
            for (const auto& cell : row["cells"]) cells.push_back(cell["text"]);
            table.rows.push_back(std::move(cells));
        }
        document.blocks.emplace_back(std::move(table));
    }
    return document;
}

sdk::Response Report::pdf() const {
    const auto service = sdk::find_service<sdk::Documents>(office_.host);
    const auto bytes = service.call(&sdk::Documents::pdf, request_.context, document());
    if (!bytes) return sdk::problem(503, bytes.error());
    auto response = sdk::bytes(*bytes, "application/pdf");
    response.header("Content-Disposition", "attachment; filename=\"analytics-" + tab_ + "-" + scope_.times.from + "-" +
                                               scope_.times.to + ".pdf\"");
    return response;
}

sdk::Response Report::page() {
    add_marks();
    // Whoever reads it later must know too: it stands in files as well.
    if (with_segments_)
        for (const auto& [dimension, value] : scope_.narrowed)
            note(office_.text(request_.locale, "words.only", {{"what", say(dimension)}, {"value", value}}));
    if (request_.query.get("format") == "pdf") return pdf();
    if (request_.query.get("format") == "csv") {
        auto response = sdk::bytes(csv(), "text/csv; charset=utf-8");
        response.header("Content-Disposition", "attachment; filename=\"analytics-" + tab_ + "-" + scope_.times.from +
                                                   "-" + scope_.times.to + ".csv\"");
        return response;
    }
    const bool has_charts = !charts_.empty();
    if (has_charts || !tables_.empty()) link(say("as_pdf"), export_path("pdf"), "file-text");
    auto kept = request_.query.empty() ? std::string() : "?from=" + scope_.times.from + "&to=" + scope_.times.to;
    if (!kept.empty() && !scope_.segment.empty()) kept += "&segment=" + sdk::encode_url(scope_.segment);
    for (const auto& [dimension, value] : scope_.narrowed) kept += "&only_" + dimension + "=" + sdk::encode_url(value);
    const bool is_empty = tables_.empty() && charts_.empty();
    json model{{"title", say("title")},
               {"heading", say("title")},
               {"lead", say("lead")},
               {"breadcrumbs", json::array()},
               {"chip", false},
               {"chip_status", false},
               {"actions", actions_},
               {"csrf_token", request_.csrf_token},
               {"tabs_label", office_.text(request_.locale, "nav")},
               {"has_tabs", with_tabs_},
               {"tabs", with_tabs_ ? tabs_of(office_, request_, tab_, kept) : json::array()},
               {"filters", filters()},
               {"notes", notes_},
               {"has_figures", !figures_.empty()},
               {"figures", figures_},
               {"charts", charts_},
               {"has_charts", has_charts},
               {"has_marks", !marks_.empty()},
               {"marks_label", say("annotations")},
               {"marks", marks_},
               {"tables", tables_},
               {"when_empty", is_empty ? json{{"icon", "chart-line"},
                                              {"title", say("empty_title")},
                                              {"text", say("empty_text")},
                                              {"action", false},
                                              {"actions", json::array()}}
                                       : json(false)}};
    add_views(model);
    return sdk::page("analytics/report", std::move(model));
}

}  // namespace whatsflow::analytics::pages

#include "staff_office.hpp"

#include <whatsflow/sdk/money.hpp>

#include <charconv>

namespace whatsflow::billing::staff {

using nlohmann::json;

namespace {

constexpr std::size_t kLongestReason = 300;
constexpr std::chrono::seconds kPatience{60};

}  // namespace

std::string StaffOffice::text(const std::string& locale, std::string_view key,
                              const std::vector<std::pair<std::string, std::string>>& values) const {
    return sdk::fill_in(host.translate(locale, "billing.staff." + std::string(key)), values);
}

std::string StaffOffice::word(const std::string& locale, std::string_view word) const {
    const auto key = "billing.staff.words." + std::string(word);
    auto said = host.translate(locale, key);
    return said == key ? std::string(word) : said;
}

StaffRoutes::StaffRoutes(const StaffOffice& office)
    : office_(office),
      pages_(office.host, sdk::Site::admin,
             {.plugin = "billing",
              .not_found = {"billing.not_found", "billing.no_tenant"},
              .conflicts = {"billing.version_conflict", "billing.key_reused"},
              .failed_text = "billing.staff.failed"}) {}

StaffRoutes& StaffRoutes::get(std::string path, const char* permission, std::string summary, StaffHandler handler) {
    pages_.get(std::move(path), permission, std::move(summary), with_office(std::move(handler)));
    return *this;
}

StaffRoutes& StaffRoutes::post(std::string path, const char* permission, std::string summary, StaffHandler handler) {
    pages_.post(std::move(path), permission, std::move(summary), with_office(std::move(handler)));
    return *this;
}

StaffRoutes& StaffRoutes::post_patiently(std::string path, const char* permission, std::string summary,
                                         StaffHandler handler) {
    auto route =
        sdk::post(sdk::Site::admin, std::move(path), sdk::Permission::named(permission),
                  [&office = office_, handler = std::move(handler)](const sdk::Request& request) {
                      auto answer = handler(office, request);
                      if (answer) return *std::move(answer);
                      const auto& error = answer.error();
                      if (error.code == "billing.not_found") return sdk::not_found();
                      if (error.code.starts_with("http.")) return sdk::problem(400, error);
                      if (error.code.starts_with("billing.")) return sdk::problem(422, error);
                      office.host.log().error("a page failed", {{"path", request.path}, {"why", error.message}});
                      return sdk::problem(500, "billing.failed", office.text(request.locale, "failed"));
                  });
    route.limits.timeout = kPatience;
    route.summary = std::move(summary);
    if (patient_) patient_ = office_.host.route(std::move(route));
    return *this;
}

sdk::PageHandler StaffRoutes::with_office(StaffHandler handler) const {
    return [&office = office_, handler = std::move(handler)](const sdk::Request& request) {
        return handler(office, request);
    };
}

sdk::Error nothing_there() {
    return sdk::fail("billing.not_found", "There is no such thing.");
}

bool is_id(std::string_view text) {
    return text.size() == 36 && text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

sdk::CallContext over_all(const sdk::Request& request, const char* reason) {
    return sdk::across_tenants(request.context, reason);
}

By by_staff(const sdk::Request& request, std::string reason) {
    return {sdk::actor_of(request), std::move(reason)};
}

std::string money(Amount amount, const std::string& currency) {
    auto decimal = sdk::Money{amount, currency}.decimal();
    const bool negative = decimal.starts_with('-');
    if (negative) decimal.erase(0, 1);
    for (auto at = std::min(decimal.find('.'), decimal.size()); at > 3;) decimal.insert(at -= 3, ",");
    return (negative ? "−" : "") + currency + " " + decimal;
}

std::optional<Amount> read_money(std::string_view text, const std::string& currency, bool may_be_negative) {
    const bool negative = text.starts_with('-');
    if (negative && !may_be_negative) return std::nullopt;
    if (negative) text.remove_prefix(1);
    const auto read = read_decimal(text);
    const int digits = sdk::minor_digits(currency);
    if (!read || read->scale > digits) return std::nullopt;
    Wide minor = read->digits;
    for (int i = read->scale; i < digits; ++i) minor *= 10;
    if (minor > kLargestAmount) return std::nullopt;
    return static_cast<Amount>(negative ? -minor : minor);
}

std::optional<std::int64_t> read_count(std::string_view text, std::int64_t least, std::int64_t most) {
    std::int64_t value = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (trouble != std::errc{} || end != text.data() + text.size() || value < least || value > most)
        return std::nullopt;
    return value;
}

sdk::Result<std::string> reason_in(const sdk::Fields& form) {
    std::string reason;
    for (const char c : form.get("reason")) {
        const auto code = static_cast<unsigned char>(c);
        if (code == ' ' && (reason.empty() || reason.back() == ' ')) continue;
        if (code >= 0x20 && code != 0x7f) reason += c;
    }
    if (reason.empty() || reason == " " || reason.size() > kLongestReason)
        return sdk::fail("billing.reason_required", "Say why, in at most 300 characters: it is kept in the audit log.");
    return reason;
}

sdk::Result<std::string> key_in(const sdk::Fields& form) {
    constexpr std::size_t kLongest = 100;
    auto key = form.get("key");
    if (key.empty() || key.size() > kLongest)
        return sdk::fail("billing.bad_input", "The form was not complete. Open the page again.");
    return key;
}

json cell(const std::string& text, const json& more) {
    json made{{"text", text}};
    for (const auto* name : {"cell_path", "is_row_link", "cell_sub", "cell_status", "is_number", "is_code", "is_muted",
                             "cell_at", "cell_initials"})
        made[name] = false;
    made.update(more);
    return made;
}

json status_cell(const StaffOffice& office, const std::string& locale, std::string_view state) {
    return cell(office.word(locale, state), {{"cell_status", state}});
}

json money_cell(Amount amount, const std::string& currency) {
    return cell(money(amount, currency), {{"is_number", true}});
}

json fact(const std::string& term, const std::string& value, const json& more) {
    json made{{"term", term},     {"value", value},   {"fact_path", false}, {"fact_status", false},
              {"fact_at", false}, {"is_code", false}, {"is_copied", false}};
    made.update(more);
    return made;
}

std::string chosen(const sdk::Request& request, const ListChoice& choice) {
    const auto wanted = request.query.get(choice.parameter);
    for (const auto& value : choice.values)
        if (value == wanted) return wanted;
    return {};
}

json list_model(const StaffOffice& office, const sdk::Request& request, const ListShape& shape, std::vector<json> rows,
                const std::string& next) {
    const auto& locale = request.locale;
    auto filter = shape.kept;
    bool filtered = false;
    json choices = json::array();
    for (const auto& choice : shape.choices) {
        const auto now = chosen(request, choice);
        filtered = filtered || !now.empty();
        if (!now.empty())
            filter += std::string(filter.empty() ? "" : "&") + choice.parameter + "=" + sdk::encode_url(now);
        json offered = json::array();
        for (const auto& value : choice.values)
            offered.push_back({{"value", value}, {"label", office.word(locale, value)}, {"selected", value == now}});
        choices.push_back({{"id", choice.parameter},
                           {"label", office.text(locale, "filters." + std::string(choice.parameter))},
                           {"choices", std::move(offered)}});
    }
    json columns = json::array();
    for (const auto& column : shape.columns) {
        const bool number = column.starts_with('#');
        columns.push_back({{"label", office.text(locale, "columns." + column.substr(number ? 1 : 0))},
                           {"sort_path", false},
                           {"is_up", false},
                           {"is_down", false},
                           {"is_number", number}});
    }
    const auto text_of = [&](const char* what) { return office.text(locale, shape.key + what); };
    const auto with = [&](const std::string& more) {
        const auto query = filter + (filter.empty() || more.empty() ? "" : "&") + more;
        return query.empty() ? std::string{} : "?" + query;
    };
    json filters = false;
    if (!shape.choices.empty() || shape.exported)
        filters = {
            {"search", false},
            {"choices_of", std::move(choices)},
            {"dates", json::array()},
            {"kept", json::array()},
            {"clear_path", filtered ? json(shape.path + (shape.kept.empty() ? "" : "?" + shape.kept)) : json(false)},
            {"export_path", shape.exported ? json(shape.path + ".csv" + with("")) : json(false)},
            {"shown_columns", json::array()},
            {"views", json::array()}};
    json empty = false;
    if (rows.empty())
        empty = {{"icon", shape.icon},
                 {"title", text_of("_empty")},
                 {"text", office.text(locale, filtered ? "empty_filtered" : "empty_text")},
                 {"action", false},
                 {"actions", json::array()}};
    const auto count = std::to_string(rows.size());
    json table{{"caption", text_of("_title")},
               {"filters", std::move(filters)},
               {"columns", std::move(columns)},
               {"bulk", false},
               {"has_menus", false},
               {"when_empty", std::move(empty)},
               {"newer_path", request.query.get("after").empty() ? json(false) : json(shape.path + with(""))},
               {"older_path", next.empty() ? json(false) : json(shape.path + with("after=" + sdk::encode_url(next)))},
               {"shown_text", rows.empty() ? json(false) : json(office.text(locale, "shown", {{"count", count}}))},
               {"csrf_token", request.csrf_token},
               {"rows", std::move(rows)}};
    return {{"title", text_of("_title")},
            {"heading", text_of("_title")},
            {"lead", text_of("_lead")},
            {"breadcrumbs", json::array()},
            {"actions", json::array()},
            {"chip", false},
            {"chip_status", false},
            {"notice", done_notice(office, request)},
            {"csrf_token", request.csrf_token},
            {"table", std::move(table)},
            {"areas", false},
            {"facts_title", false},
            {"facts", json::array()},
            {"forms", json::array()}};
}

StaffForm::StaffForm(const StaffOffice& office, const sdk::Request& request, std::string path, std::string_view submit)
    : office_(office),
      locale_(request.locale),
      model_{{"action_path", std::move(path)},
             {"csrf_token", request.csrf_token},
             {"panel_title", office.text(request.locale, submit)},
             {"panel_text", office.text(request.locale, std::string(submit) + "_text")},
             {"submit", office.text(request.locale, submit)},
             {"hidden", json::array()},
             {"fields", json::array()},
             {"is_dangerous", false},
             {"is_folded", false},
             {"form_errors", false}} {}

json& StaffForm::add(const std::string& id, const char* kind, const std::string& value, bool optional) {
    json field{{"label", office_.text(locale_, "fields." + id)},
               {"type", "text"},
               {"autocomplete", "off"},
               {"most", "300"},
               {"optional", optional},
               {"value", value},
               {"choices", json::array()}};
    for (const auto* unset :
         {"is_line",   "is_password", "is_text", "is_choice", "is_cards", "is_check", "is_switch", "is_date",
          "is_code",   "is_file",     "checked", "hint",      "prefix",   "suffix",   "readonly",  "placeholder",
          "text_rows", "invalid",     "error",   "least",     "latest",   "accept",   "digits",    "unmarked"})
        field[unset] = false;
    field[kind] = true;
    // Several forms of one page ask for a reason: ids are unique, names are not.
    field["id"] = model_["action_path"].get<std::string>().substr(1) + "-" + id;
    for (auto& c : field["id"].get_ref<std::string&>())
        if (c == '/') c = '-';
    field["field_name"] = id;
    model_["fields"].push_back(std::move(field));
    return model_["fields"].back();
}

StaffForm& StaffForm::line(const char* id, const std::string& value, bool optional, const char* hint) {
    auto& field = add(id, "is_line", value, optional);
    if (hint != nullptr) field["hint"] = office_.text(locale_, "hints." + std::string(hint));
    return *this;
}

StaffForm& StaffForm::day(const char* id, const std::string& value, bool optional) {
    add(id, "is_date", value, optional);
    return *this;
}

StaffForm& StaffForm::area(const char* id, const std::string& value, std::size_t most) {
    auto& field = add(id, "is_text", value, false);
    field["most"] = std::to_string(most);
    field["text_rows"] = "16";
    return *this;
}

StaffForm& StaffForm::choice(const char* id, const std::vector<std::pair<std::string, std::string>>& choices,
                             const std::string& chosen) {
    auto& field = add(id, "is_choice", chosen, false);
    for (const auto& [value, label] : choices)
        field["choices"].push_back({{"value", value}, {"label", label}, {"selected", value == chosen}});
    return *this;
}

StaffForm& StaffForm::check(const char* id, bool checked) {
    add(id, "is_check", "on", true)["checked"] = checked;
    return *this;
}

StaffForm& StaffForm::named_line(const std::string& id, const std::string& label, const std::string& value) {
    add(id, "is_line", value, true)["label"] = label;
    return *this;
}

StaffForm& StaffForm::named_check(const std::string& id, const std::string& label, bool checked) {
    auto& field = add(id, "is_check", "on", true);
    field["label"] = label;
    field["checked"] = checked;
    return *this;
}

StaffForm& StaffForm::hint(const char* text) {
    model_["fields"].back()["hint"] = office_.text(locale_, "hints." + std::string(text));
    return *this;
}

StaffForm& StaffForm::hidden(std::string name, std::string value) {
    model_["hidden"].push_back({{"name", std::move(name)}, {"value", std::move(value)}});
    return *this;
}

StaffForm& StaffForm::dangerous() {
    model_["is_dangerous"] = true;
    return *this;
}

void fold(json& forms) {
    if (forms.size() < 2) return;
    for (auto& form : forms) form["is_folded"] = true;
}

json header(const std::string& heading, const std::string& lead, const std::string& back_label,
            const std::string& back_path) {
    return {{"title", heading},
            {"heading", heading},
            {"lead", lead.empty() ? json(false) : json(lead)},
            {"breadcrumbs", json::array({{{"label", back_label}, {"link_path", back_path}}})},
            {"areas", false},
            {"actions", json::array()},
            {"chip", false},
            {"chip_status", false}};
}

sdk::Error bad_input(const char* what) {
    return sdk::fail("billing.bad_input", what);
}

json done_notice(const StaffOffice& office, const sdk::Request& request) {
    const auto done = request.query.get("done");
    if (done.empty()) return false;
    const auto key = "done." + done;
    auto said = office.text(request.locale, key);
    return said == "billing.staff." + key ? json(false) : json(std::move(said));
}

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto text = cells[i];
        if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
            text.insert(0, 1, '\'');
        if (text.find_first_of(",\"\r\n") != std::string::npos) {
            std::string quoted = "\"";
            for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
            text = quoted + "\"";
        }
        line += (i == 0 ? "" : ",") + text;
    }
    return line + "\r\n";
}

sdk::Response csv_of(std::string filename, const std::vector<std::string>& head,
                     std::function<sdk::Result<std::string>(const std::string& after, std::string& lines)> more) {
    struct Reading {
        std::string after;
        bool begun = false;
        bool ended = false;
    };
    auto reading = std::make_shared<Reading>();
    return sdk::stream("text/csv; charset=utf-8", std::move(filename),
                       [reading, head = csv_line(head), more = std::move(more)]() -> sdk::Result<std::string> {
                           if (reading->ended) return std::string{};
                           std::string lines = reading->begun ? std::string{} : head;
                           reading->begun = true;
                           auto next = more(reading->after, lines);
                           if (!next) return next.error();
                           reading->ended = next->empty();
                           reading->after = std::move(*next);
                           return lines;
                       });
}

}  // namespace whatsflow::billing::staff

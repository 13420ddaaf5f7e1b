#include "staff_bulk.hpp"

#include "forms.hpp"
#include "routes.hpp"
#include "staff_parts.hpp"

namespace whatsflow::accounts {

using nlohmann::json;

namespace {

constexpr std::size_t kMostInBulk = 200;

std::vector<std::string> chosen_ids(const sdk::Fields& form) {
    std::vector<std::string> ids;
    for (const auto& [name, value] : form.entries())
        if (name == "id" && ids.size() < kMostInBulk) ids.push_back(value);
    return ids;
}

std::optional<SuspensionChange> change_in(const sdk::Fields& form) {
    const auto action = form.get("bulk_action");
    if (action == "suspend") return SuspensionChange::suspend;
    if (action == "unsuspend") return SuspensionChange::unsuspend;
    return std::nullopt;
}

sdk::Result<sdk::Response> preview_page(const Office& office, const sdk::Request& request, const BulkSubject& subject,
                                        const sdk::Fields& form, SuspensionChange change,
                                        const Objections& objections) {
    const std::string name = change == SuspensionChange::suspend ? "suspend" : "unsuspend";
    const auto text = [&](const std::string& key, const TextValues& values = {}) {
        return office.text(request.locale, "staff.bulk." + key, values);
    };
    Form confirm(office, request, std::string(subject.path) + "/bulk/confirm", "staff.bulk.do_" + name);
    confirm.line({"reason", "text", "off", 300, false, "reason"}).hidden("bulk_action", name).objections(objections);
    if (change == SuspensionChange::suspend) confirm.dangerous();
    json rows = json::array();
    int count = 0;
    for (const auto& id : chosen_ids(form)) {
        const auto found = subject.find(office, request, id, change);
        if (!found) return found.error();
        if (!*found) continue;
        const auto& row = **found;
        if (row.changes) confirm.hidden("id", id);
        count += row.changes ? 1 : 0;
        rows.push_back({{"name", row.name},
                        {"status", row.status},
                        {"status_text", office.text(request.locale, "status." + row.status)},
                        {"outcome", text(row.changes ? "will_" + name : std::string("skipped"))}});
    }
    return sdk::page("accounts/staff/bulk",
                     {{"rows", std::move(rows)},
                      {"any", count > 0},
                      {"back_path", subject.path},
                      {"back", office.text(request.locale, "staff." + std::string(subject.kind) + ".title")},
                      {"lead", text(name + "_" + subject.kind, {{"count", std::to_string(count)}})},
                      {"panel_title", text("do_" + name)},
                      {"panel_text", false},
                      {"form", confirm.model()}},
                     objections.empty() ? 200 : 422);
}

/// The dry run: what would happen to each, and nothing happens.
sdk::Result<sdk::Response> preview_bulk(const Office& office, const sdk::Request& request, const BulkSubject& subject) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto change = change_in(*form);
    if (!change) return sdk::redirect_to(subject.path);
    return preview_page(office, request, subject, *form, *change, {});
}

sdk::Result<sdk::Response> confirm_bulk(Office& office, const sdk::Request& request, const BulkSubject& subject) {
    const auto form = request.form();
    if (!form) return form.error();
    const auto change = change_in(*form);
    if (!change) return sdk::redirect_to(subject.path);
    const auto reason = reason_in(*form);
    if (reason.empty())
        return preview_page(office, request, subject, *form, *change, {objection("reason", "required")});
    for (const auto& id : chosen_ids(*form)) {
        const auto changed = subject.change(office, request, id, *change, reason);
        if (!changed) return changed.error();
    }
    return sdk::redirect_to(std::string(subject.path) + "?done=bulk_done");
}

}  // namespace

sdk::Result<void> register_bulk(Office& office, const std::string& permission, BulkSubject subject) {
    const std::string path = std::string(subject.path) + "/bulk";
    return Routes(office, sdk::Site::admin)
        .post(path, permission, "Shows what a change of many would do",
              [subject](Office& of, const sdk::Request& request) { return preview_bulk(of, request, subject); })
        .post(path + "/confirm", permission, "Changes many at once",
              [subject](Office& of, const sdk::Request& request) { return confirm_bulk(of, request, subject); })
        .done();
}

}  // namespace whatsflow::accounts
